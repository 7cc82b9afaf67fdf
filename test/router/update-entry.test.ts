import { describe, expect, it } from 'vitest';
import { after, providers, register } from './register-text.ts';

describe('an entry that is there already', () => {
  const entry = (fields: string) => `  claude-harness:\n    url: http://127.0.0.1:8013/v1\n${fields}`;
  const file = (fields: string) => providers('    models: [m]\n', entry(fields));

  it.each([
    ['with the same models in another order', '    models: [opus, sonnet] # mine\n', {}],
    ['with a priority nobody asked for', '    models: [opus, sonnet]\n    priority: 9\n', {}],
    ['without models', '    x: 1\n', {}],
    ['with the same priority as text', "    models: [opus, sonnet]\n    priority: '3'\n", { priority: 3 }],
  ])('is left alone %s', (_, fields, how) => {
    expect(register(file(fields), how)).toMatchObject({ kind: 'unchanged' });
  });

  it.each([
    ['models: [old] # mine', {}, 'models: [sonnet, opus] # mine'],
    ['models: [opus, old, sonnet]', {}, 'models: [sonnet, opus]'],
    ['models: old', {}, 'models: sonnet,opus'],
    ["models: ['sonnet'] ", {}, "models: ['sonnet', 'opus'] "],
    ['model: old', {}, 'model: sonnet'],
    ['priority: 1 # first', { priority: 3 }, 'priority: 3 # first'],
    ["priority: '1'", { priority: 3 }, "priority: '3'"],
    ['x: 1', { priority: 3 }, 'x: 1\n    priority: 3'],
  ])('has only its values set: %s', (line, how, expected) => {
    const text = file(`    ${line}\n    # the end of it\n\nother: 1\n`);
    expect(after(text, how)).toBe(text.replace(`    ${line}\n`, `    ${expected}\n`));
  });

  it('has the models of a block set without touching what stands around them', () => {
    const text = file('    models: # mine\n    - old\n    - sonnet # good\n    # behind\n    x: 1\n');
    expect(after(text)).toBe(text.replace('    - old\n    - sonnet # good\n', '    - sonnet\n    - opus\n'));
    const inner = file('    models:\n      default:\n        - old\n      fetch: true\n');
    expect(after(inner)).toBe(inner.replace('        - old\n', '        - sonnet\n        - opus\n'));
  });

  it('has the last value of a file without a last line break set, which then still has none', () => {
    const text = file('    models:\n      - old').trimEnd();
    expect(after(text)).toBe(text.replace('- old', '- sonnet\n      - opus'));
  });

  it('gets no priority where its last text would grow by a line break', () => {
    const text = file('    models: [sonnet, opus]\n    note: |\n      x');
    expect(register(text, { priority: 1 })).toMatchObject({
      kind: 'paste',
      reason: expect.stringContaining('line break') as string,
    });
  });

  it('moves to another address with the path that it has', () => {
    const text = file('    models: [sonnet, opus]\n');
    expect(after(text, { origin: 'http://box:9' })).toBe(text.replace('127.0.0.1:8013/v1', 'box:9/v1'));
    const variable = text.replace('http://127.0.0.1:8013/v1', '${HARNESS_URL}');
    expect(register(variable)).toMatchObject({ kind: 'unchanged' });
  });

  it.each([
    ['an alias', providers('    models: &m [m]\n', entry('    models: *m\n')), 'stands elsewhere in the file'],
    ['a merge key', `d: &d {models: [m]}\n${providers('', entry('    <<: *d\n'))}`, 'stands elsewhere in the file'],
    ['brackets', providers('', '  claude-harness: {url: http://127.0.0.1:8013, models: [m]}\n'), 'flow style'],
    [
      'an anchor that others use',
      `${providers('', entry('    models: &m [old]\n'))}x: *m\n`,
      'more to it than it should',
    ],
  ])('is not changed where its values stand in %s', (_, text, reason) => {
    expect(register(text)).toMatchObject({
      kind: 'paste',
      reason: expect.stringContaining(reason) as string,
      snippet: expect.stringContaining('claude-harness') as string,
    });
  });

  it('gets and loses entries where each is one model', () => {
    const list = (...models: string[]) =>
      [
        'model_list:',
        '- model_name: x',
        '  litellm_params:',
        '    model: x',
        ...models.flatMap((model) => [
          `- model_name: ${model}`,
          '  litellm_params:',
          `    model: openai/${model}`,
          '    api_base: http://127.0.0.1:8013/v1',
          '    api_key: unused',
          '  model_info:',
          `    id: claude-harness-${model}`,
        ]),
        'other: 1',
        '',
      ].join('\n');
    expect(after(list('old', 'sonnet'))).toBe(list('sonnet', 'opus'));
    expect(after(list('old'))).toBe(list('sonnet', 'opus'));
    expect(register(list('opus', 'sonnet'))).toMatchObject({ kind: 'unchanged' });
    expect(after(list('sonnet', 'opus'), { priority: 1 })).toBe(
      list('sonnet', 'opus').replaceAll(/(model: openai.*\n)/g, '$1    order: 1\n'),
    );
  });
});
