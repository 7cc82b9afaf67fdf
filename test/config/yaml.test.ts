import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../src/config/yaml.ts';

describe('values', () => {
  it.each([
    ['', null],
    ['# nothing but a comment\n', null],
    ['a: 1e5', { a: '1e5' }],
    ['a: 0x1F', { a: '0x1F' }],
    ['a: 1.10', { a: '1.10' }],
    ['a: true', { a: 'true' }],
    ['a:', { a: null }],
    ['a: ~', { a: null }],
    ['a: "null"', { a: 'null' }],
    ['a: [1, b]', { a: ['1', 'b'] }],
    ['123: x', { 123: 'x' }],
    ['\uFEFFa: b', { a: 'b' }],
    ['a: &x [b]\nc: *x', { a: ['b'], c: ['b'] }],
    ['<<: {a: b}', { '<<': { a: 'b' } }],
    ['%YAML 1.1\n---\na: yes', { a: 'yes' }],
  ])('%j is read as %j', (text, value) => {
    expect(parseYaml(text)).toMatchObject({ value, problems: [] });
  });
});

describe('mistakes', () => {
  it.each([
    ['a: 1\na: 2', 2, 1, /already set above/],
    ['a:\n  b: 1\n  b: 2', 3, 3, /already set above/],
    ['a: [1, 2\n', 2, 1, /Flow sequence/],
    ['a: "x', 1, 6, /Missing closing "quote/],
    ['\ta: 1', 1, 1, /Tabs/],
    ['a: 1\n---\nb: 2', 2, 1, /second document/],
    ['a: *hunter2', 1, 4, /no anchor .* quotes/],
    ['a: !hunter2 b', 1, 4, /tag is unknown.* quotes/],
    ['a: "\\hunter2"', 1, 5, /escape sequence/],
    ['? [a]\n: b', 1, 3, /string/],
  ])('%j is a problem at line %d, column %d', (text, line, column, message) => {
    const [first] = parseYaml(text).problems;
    expect(first).toEqual({ line, column, message: expect.stringMatching(message) as string });
  });

  it('all of them are listed', () => {
    expect(parseYaml('a: 1\na: 2\nb: 3\nb: 4').problems.map(({ line }) => line)).toEqual([2, 4]);
  });

  it.each([
    'a: *hunter2',
    'a: !hunter2 b',
    'a: "\\hunter2"',
    'a: b\n"hunter2" hunter2',
    'a: |hunter2\n',
    '%hunter2\na: b',
  ])('what is reported about %j does not repeat the text, which may be a secret', (text) => {
    const { problems } = parseYaml(text);
    expect(problems).not.toEqual([]);
    expect(JSON.stringify(problems)).not.toMatch(/hunter2|\\\\h/);
  });

  it('aliases that multiply are refused instead of filling the memory', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let n = 1; n < 12; n++)
      lines.push(
        `a${n}: &a${n} [${Array(10)
          .fill(`*a${n - 1}`)
          .join(', ')}]`,
      );
    expect(parseYaml(lines.join('\n')).problems).toEqual([
      { line: 1, column: 1, message: 'the aliases of this text expand too far' },
    ]);
  });

  it.each([
    ['lists in brackets', '['],
    ['maps in braces', '{a: '],
    ['list items', '- '],
    ['complex keys', '? '],
    ['a mixture', '- [{a: '],
  ])('%s without end are a problem, not a crash', (_, opening) => {
    const { problems } = parseYaml(`# x\n${opening.repeat(100_000)}`);
    expect(problems).toEqual([{ line: 2, column: expect.any(Number) as number, message: 'this is nested too deeply' }]);
  });

  it('nesting by indentation is bounded as well', () => {
    const text = Array.from({ length: 200 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('');
    expect(parseYaml(text).problems).toEqual([
      {
        line: expect.any(Number) as number,
        column: expect.any(Number) as number,
        message: 'this is nested too deeply',
      },
    ]);
  });
});

describe('locate', () => {
  const text = 'a:\n  b: 1\n  c:\n    - x\n    - y\nd: &d\n  e: 1\nf: *d\n';

  it.each([
    [['a'], { line: 1, column: 1 }],
    [['a', 'b'], { line: 2, column: 3 }],
    [['a', 'c', 1], { line: 5, column: 7 }],
    [['a', 'missing'], { line: 1, column: 1 }],
    [['f', 'e'], { line: 7, column: 3 }],
    [['missing'], undefined],
  ])('%j is at %j', (path, position) => {
    expect(parseYaml(text).locate(path)).toEqual(position);
  });
});
