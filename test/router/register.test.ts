import { describe, expect, it } from 'vitest';
import { RouterFileError } from '../../src/router/errors.ts';
import { providers, register } from './register-text.ts';

describe('a file that is not written', () => {
  it.each([
    [
      'JSON',
      '{"providers": {"openai": {"url": "http://a/v1", "models": ["m"]}}}',
      '"claude-harness": {"url":"http://127.0.0.1:8013/v1","models":["sonnet","opus"]}\n',
    ],
    [
      'a flow list',
      'providers: [{name: a, url: "http://a"}]\n',
      '{"name":"claude-harness","url":"http://127.0.0.1:8013"}\n',
    ],
    [
      'flow entries',
      'x:\n  providers:\n    a: {url: "http://a"}\n',
      '    claude-harness: {"url":"http://127.0.0.1:8013"}\n',
    ],
    [
      'flow entries of a list',
      'providers:\n- {name: a, url: "http://a"}\n',
      '- {"name":"claude-harness","url":"http://127.0.0.1:8013"}\n',
    ],
  ])('%s: the snippet is in its own style', (_, text, snippet) => {
    expect(register(text)).toEqual({ kind: 'paste', reason: expect.stringContaining('flow style') as string, snippet });
  });

  it('a pasted snippet is then found there', () => {
    const text = 'providers:\n  a: {url: "http://a"}\n  claude-harness: {"url":"http://127.0.0.1:8013"}\n';
    expect(register(text)).toMatchObject({ kind: 'unchanged' });
  });

  it.each([
    ['empty', ''],
    ['of another kind', 'services:\n  web:\n    image: x\n'],
    ['of several documents', `${providers()}---\n${providers()}`],
  ])('one that is %s: the snippet is a plain one', (_, text) => {
    const snippet =
      'claude-harness:\n  base_url: http://127.0.0.1:8013/v1\n  api_key: unused\n  models:\n    - sonnet\n    - opus\n';
    expect(register(text)).toMatchObject({ kind: 'paste', snippet });
    expect(register(text, { models: undefined, needsToken: true })).toMatchObject({
      snippet: 'claude-harness:\n  base_url: http://127.0.0.1:8013/v1\n  api_key: ${HARNESS_API_KEY}\n',
    });
  });

  it('one whose last text would grow by a line break', () => {
    expect(register(providers('    note: |\n      x').trimEnd())).toMatchObject({ kind: 'paste' });
  });

  it('one whose providers are used in another place, too', () => {
    const text = 'providers: &all\n  a:\n    url: http://a/v1\nbackup: *all\n';
    expect(register(text)).toMatchObject({
      kind: 'paste',
      snippet: '  claude-harness:\n    url: http://127.0.0.1:8013/v1\n',
    });
  });

  it('one that has the name for something else', () => {
    expect(register(providers('', '  claude-harness:\n'))).toMatchObject({ kind: 'paste' });
  });
});

describe('a file that is no good', () => {
  it.each([
    ['not YAML', 'a: [1\nb: 2\n', 2, 1],
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
  expect(register(providers('    model: m\n'), { models: undefined })).toEqual({ kind: 'needs-models' });
  expect(register(providers(), { models: undefined })).toMatchObject({ kind: 'change' });
});

it('what was done is said', () => {
  expect(register(providers('    models: [m]\n    enabled: true\n'), { disable: 'openai' })).toMatchObject({
    messages: ['added claude-harness (models sonnet, opus) to providers', 'switched off openai'],
  });
});
