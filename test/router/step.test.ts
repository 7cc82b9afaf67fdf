import { describe, expect, it } from 'vitest';
import { isMap } from 'yaml';
import { applyStep, type Step } from '../../src/router/step.ts';

const text = 'a: &a {x: 1}\nb: *a\nc: no\n';
/** Adds `d: 2` at the top level, or wherever `key` leads. */
function add(key?: string): Pick<Step, 'edit' | 'scope'> {
  return {
    scope: { path: [] },
    edit: (document) => {
      const map: unknown = key === undefined ? document.contents : document.get(key);
      if (isMap(map)) map.items.push(document.createPair('d', 2));
    },
  };
}

function splice(removed: string, inserted: string) {
  return { offset: text.indexOf(removed), removed, inserted };
}

describe('a step', () => {
  it('is applied when the new text holds the old data and what was meant', () => {
    const step = { splices: [{ offset: text.length, removed: '', inserted: 'd: 2\n' }], ...add() };
    expect(applyStep(text, step)).toBe(`${text}d: 2\n`);
  });

  it('can be proven backwards, from the new text to the old one', () => {
    const after = `${text}d: 2\n`;
    const step = { splices: [{ offset: text.length, removed: 'd: 2\n', inserted: '' }], ...add(), backwards: true };
    expect(applyStep(after, step)).toBe(text);
  });

  it.each([
    ['another value', [{ offset: text.length, removed: '', inserted: 'd: 3\n' }]],
    ['one value more', [{ offset: text.length, removed: '', inserted: 'd: 2\ne: 1\n' }]],
    ['nothing', []],
    [
      'a value that YAML 1.1 reads as another',
      [splice('c: no', 'c: "no"'), { offset: text.length, removed: '', inserted: 'd: 2\n' }],
    ],
    ['no YAML', [{ offset: text.length, removed: '', inserted: 'd: [2\n' }]],
    ['a key twice', [{ offset: text.length, removed: '', inserted: 'd: 2\nd: 2\n' }]],
    ['an alias that leads nowhere', [splice('&a ', ''), { offset: text.length, removed: '', inserted: 'd: 2\n' }]],
    ['another anchor', [splice('x: 1', 'x: 2'), { offset: text.length, removed: '', inserted: 'd: 2\n' }]],
  ])('is refused when the new text holds %s', (_, splices) => {
    expect(() => applyStep(text, { splices, ...add() })).toThrow('do more to it than it should');
  });

  it('is refused when what was meant reaches further than its scope, by an anchor', () => {
    const splices = [splice('{x: 1}', '{x: 1, d: 2}')];
    expect(() => applyStep(text, { splices, ...add('a'), scope: { path: [0] } })).toThrow('do more to it');
    expect(applyStep(text.replace('*a', '1'), { splices, ...add('a'), scope: { path: [0] } })).toContain('d: 2');
    expect(() => applyStep(text.replace('*a', '1'), { splices, ...add('a'), scope: { path: [1] } })).toThrow('do more');
  });

  it('may be meant for one entry of a list', () => {
    const list = 'a: [1, 2]\n';
    const step = (entry: number): Step => ({
      splices: [{ offset: 7, removed: '2', inserted: '3' }],
      scope: { path: [0], entry },
      edit: (document) => {
        document.setIn(['a', 1], 3);
      },
    });
    expect(applyStep(list, step(1))).toBe('a: [1, 3]\n');
    expect(() => applyStep(list, step(0))).toThrow('do more to it');
  });

  it('is refused when what was meant cannot be done', () => {
    const edit = () => {
      throw new TypeError('no such entry');
    };
    expect(() => applyStep(text, { splices: [], edit, scope: { path: [] } })).toThrow('do more to it than it should');
  });
});
