import { describe, expect, it } from 'vitest';
import { RouterFileError } from '../../src/router/errors.ts';
import { formatNames } from '../../src/router/format-names.ts';
import { formatNamed } from '../../src/router/known-formats.ts';
import { providers, register } from './register-text.ts';

describe('a file that is not written', () => {
  it.each([
    ['a flow list', 'providers: [{name: a, url: "http://a"}]\n', 'providers is written in flow style, with brackets'],
    ['YAML that is all brackets', '{providers: {a: {url: "http://a"}}}', 'providers is written in flow style'],
    [
      'one whose providers are used in another place, too',
      'providers: &all\n  a:\n    url: http://a\nb: *all\n',
      'anchor',
    ],
    ['one whose last text would grow by a line break', providers('    note: |\n      x').trimEnd(), 'line break'],
    ['one with models that are no names', providers('    models: [{a: 1}]\n'), 'are not lists of names'],
    ['one that has the name for something else', `${providers()}claude-harness: 1\n`.replace('\ncl', '\n  cl'), ''],
  ])('%s', (_, text, reason) => {
    expect(register(text)).toEqual({
      kind: 'paste',
      reason: expect.stringContaining(reason) as string,
      snippet: expect.stringMatching(/^providers:\n {2}claude-harness:\n {4}base_url: /) as string,
    });
  });

  it('an empty one gets the entry of the format that is named, from the top of the file', () => {
    expect(register('', { format: 'litellm', models: ['sonnet'] })).toEqual({
      kind: 'paste',
      reason: 'it is empty',
      snippet: [
        'model_list:',
        '  - model_name: sonnet',
        '    litellm_params:',
        '      model: openai/sonnet',
        '      api_base: http://127.0.0.1:8013/v1',
        '      api_key: unused',
        '    model_info:',
        '      id: claude-harness-sonnet',
        '',
      ].join('\n'),
    });
  });

  it('a snippet, pasted, is a file in which it is registered', () => {
    for (const format of formatNames) {
      const language = formatNamed(format)?.language === 'json' ? '{}' : '';
      const plan = register(language === '{}' ? '[]' : '', { format, priority: undefined });
      const snippet = plan.kind === 'paste' ? (plan.snippet ?? '') : '';
      expect(register(snippet, { format })).toMatchObject({ kind: 'unchanged' });
    }
  });
});

describe('a file that is no good', () => {
  it.each([
    ['not YAML', 'a: [1\nb: 2\n', 2, 1],
    ['not JSON', '{\n  "a": 1,\n  "b" 2\n}\n', 3, 7],
    ['not YAML in a ConfigMap', 'kind: ConfigMap\ndata:\n  c.yaml: |\n    a: 1\n    b: [\n', 6, 5],
    ['a tab as indent', 'a:\n\tb: 1\n', 2, 1],
    ['a key twice', `${providers()}  openai:\n    url: x\n`, 4, 3],
    ['an alias without an anchor', 'a: *nothing\n', undefined, undefined],
    [
      'aliases that multiply',
      `a: &a [1,1,1,1,1,1,1,1,1,1]\n${'bcdefg'
        .split('')
        .map(
          (name, index) =>
            `${name}: &${name} [${Array(10)
              .fill(`*${'abcdef'.charAt(index)}`)
              .join()}]\n`,
        )
        .join('')}`,
      undefined,
      undefined,
    ],
  ])('%s: the error names the line', (_, text, line, column) => {
    expect(() => register(text)).toThrow(RouterFileError);
    try {
      register(text);
    } catch (error) {
      expect(error).toMatchObject({ line, column });
    }
  });

  it('the error never quotes the file', () => {
    expect(() => register('api_key: sk-secret\napi_key: sk-secret\n')).toThrow(/^(?!.*sk-secret)/s);
  });
});

it('models are asked for only where an entry says which there are', () => {
  expect(register(providers('    models: [m]\n'), { models: undefined })).toEqual({ kind: 'needs-models' });
  expect(register('peers:\n  a: {proxy: x, models: []}\n', { models: undefined })).toEqual({ kind: 'needs-models' });
  expect(register(providers(), { models: undefined })).toMatchObject({ kind: 'change' });
});

it('what was done is said', () => {
  expect(register(providers('    models: [m]\n    enabled: true\n'), { disable: 'openai' })).toMatchObject({
    messages: ['added claude-harness (models sonnet, opus) to providers', 'switched off openai'],
  });
});
