import { describe, expect, it } from 'vitest';
import { isMap, parseDocument, type Node } from 'yaml';
import { readModels, writeModels } from '../../src/router/model-field.ts';
import { renderPairs, treeValue } from '../../src/router/tree.ts';

describe('models are read', () => {
  it.each([
    ['from a list', ['a', 'b']],
    ['from text with commas', 'a, b'],
    ['from maps with a name', [{ name: 'a' }, { name: 'b', tokens: 1 }]],
    ['from maps with an id', [{ id: 'a' }, { model: 'b' }]],
    ['from a map by name', { a: null, b: {} }],
    ['from the list in a map', { default: ['a', 'b'], fetch: true }],
  ])('%s', (_, value) => {
    expect(readModels(value)).toEqual(['a', 'b']);
  });

  it.each([[['a', 1]], [[{ label: 'a' }]], [null], [7]])('but not from %j', (value) => {
    expect(readModels(value)).toBeUndefined();
  });
});

/** The field as it is written beside a sibling's, both indented by two. */
function beside(sibling: string, models: string[]): string {
  const { contents } = parseDocument(sibling, { keepSourceTokens: true });
  const sample = isMap(contents) ? (contents.get('models', true) as Node | undefined) : undefined;
  const tree = writeModels(models, sample, 2);
  const written = renderPairs([{ key: 'models', keySource: 'models', tree }], 2).join('\n');
  expect(parseDocument(written, { version: '1.1' }).toJS()).toEqual({ models: treeValue(tree) });
  expect(readModels(treeValue(tree))).toEqual(models);
  return written;
}

describe('models are written in the form of a sibling', () => {
  it.each([
    ['nothing', '  x: 1\n', '  models:\n    - a\n    - b[1]'],
    ['a flow list', '  models: [x]\n', "  models: [a, 'b[1]']"],
    ['a quoted flow list', '  models: ["x"]\n', '  models: ["a", "b[1]"]'],
    ['a list', '  models:\n  - x\n', '  models:\n  - a\n  - b[1]'],
    ['an indented list', '  models:\n      -   "x"\n', '  models:\n      -   "a"\n      -   "b[1]"'],
    ['text', '  models: x,y\n', '  models: a,b[1]'],
    ['text with spaces', "  models: 'x, y'\n", "  models: 'a, b[1]'"],
    ['maps', '  models:\n    - id: "x"\n      n: 1\n', '  models:\n    - id: "a"\n    - id: "b[1]"'],
    ['maps in flow style', '  models:\n    - {name: x}\n', '  models:\n    - name: a\n    - name: b[1]'],
    ['flow maps in a flow list', '  models: [{name: x}]\n', "  models: [{name: a}, {name: 'b[1]'}]"],
    ['a map by name', '  models:\n    x: {n: 1}\n', '  models:\n    a: {}\n    b[1]: {}'],
    ['a map of nothing', '  models:\n    x:\n', '  models:\n    a:\n    b[1]:'],
    ['a map of aliases', '  models:\n      "x": y\n', '  models:\n      "a": a\n      "b[1]": b[1]'],
    ['a flow map', '  models: {x: y}\n', "  models: {a: a, 'b[1]': 'b[1]'}"],
    ['a flow map of nothing', '  models: {x: }\n', "  models: {a: null, 'b[1]': null}"],
    [
      'a map with a list',
      '  models:\n    default: [x]\n    fetch: true\n    other: 1\n',
      "  models:\n    default: [a, 'b[1]']\n    fetch: true",
    ],
    ['a flow map with a list', '  models: {default: [x], fetch: no}\n', "  models: {default: [a, 'b[1]']}"],
  ])('%s', (_, sibling, expected) => {
    expect(beside(sibling, ['a', 'b[1]'])).toBe(expected);
  });
});
