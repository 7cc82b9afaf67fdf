import { describe, expect, it } from 'vitest';
import { after, providers, register } from './register-text.ts';

describe('an entry that is there already', () => {
  const entry = (fields: string) => `  claude-harness:\n    url: http://127.0.0.1:8013/v1\n${fields}`;
  const file = (fields: string) => providers('    models: [m]\n', entry(fields));

  it.each([
    ['with the same models in another order', '    models: [opus, sonnet] # mine\n', {}],
    ['with a priority nobody asked for', '    models: [opus, sonnet]\n    priority: 9\n', {}],
    ['without models, which its owner took out', '    x: 1\n', {}],
    ['with the same priority as text', "    models: [opus, sonnet]\n    priority: '3'\n", { priority: 3 }],
  ])('is left alone %s', (_, fields, how) => {
    expect(register(file(fields), how)).toMatchObject({ kind: 'unchanged' });
  });

  it.each([
    ['models: [old] # mine', {}, 'models: [sonnet, opus] # mine'],
    ['models: [opus, old, sonnet]', {}, 'models: [sonnet, opus]'],
    ['priority: 1 # first', { priority: 3 }, 'priority: 3 # first'],
    ["priority: '1'", { priority: 3 }, 'priority: 3'],
    ['x: 1', { priority: 3 }, 'x: 1\n    priority: 3'],
  ])('has only its values set: %s', (line, how, expected) => {
    const text = file(`    ${line}\n\nother: 1\n`);
    expect(after(text, how)).toBe(text.replace(`    ${line}\n`, `    ${expected}\n`));
  });

  it('has the models of a block set without touching what stands around them', () => {
    const text = file('    models: # mine\n    - old\n    - sonnet # good\n    # behind\n    x: 1\n');
    expect(after(text)).toBe(text.replace('    - old\n    - sonnet # good\n', '    - sonnet\n    - opus\n'));
  });

  it('keeps its quotes, and the path that its owner gave it at the same place', () => {
    const quoted = file('    models: [sonnet, opus]\n').replace('http://127.0.0.1:8013/v1', '"http://old:1/v1"');
    expect(after(quoted)).toBe(quoted.replace('old:1', '127.0.0.1:8013'));
    expect(register(file('    models: [sonnet, opus]\n').replace('8013/v1', '8013/mine'))).toMatchObject({
      kind: 'unchanged',
    });
    expect(
      register(file('    models: [sonnet, opus]\n').replace('http://127.0.0.1:8013/v1', '${HARNESS_URL}')),
    ).toMatchObject({ kind: 'unchanged' });
  });

  it.each([
    ['an alias', providers('    models: &m [m]\n', entry('    models: *m\n')), 'is an alias of another place'],
    [
      'an anchor that others use',
      `${providers('    models: [m]\n', entry('    models: &m [old]\n'))}x: *m\n`,
      'more to it',
    ],
  ])('is not changed where its values stand in %s', (_, text, reason) => {
    const plan = register(text);
    expect(plan).toMatchObject({ kind: 'paste', reason: expect.stringContaining(reason) as string });
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
      list('sonnet', 'opus').replaceAll(/(api_key: .*\n)/g, '$1    order: 1\n'),
    );
  });

  it('keeps what its owner set for models that are still offered, in JSON too', () => {
    const crush = (...models: object[]) =>
      `${JSON.stringify({ $schema: 'https://charm.land/crush.json', providers: { 'claude-harness': { base_url: 'http://127.0.0.1:8013/v1', models } } }, undefined, 2)}\n`;
    const mine = { id: 'sonnet', name: 'Mine', context_window: 1 };
    const opus = { id: 'opus', name: 'opus', context_window: 200_000, default_max_tokens: 32_000 };
    expect(after(crush({ id: 'old' }, mine))).toBe(crush(mine, opus));
  });
});
