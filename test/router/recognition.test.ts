import { describe, expect, it } from 'vitest';
import { formatNames } from '../../src/router/format-names.ts';
import { recognise } from '../../src/router/known-formats.ts';
import { languageOf } from '../../src/router/language-of.ts';
import { planRegister } from '../../src/router/register.ts';
import { planUnregister } from '../../src/router/unregister.ts';
import { goldenFiles, unrecognisedFiles } from './golden-files.ts';
import { registration } from './registration.ts';

function recognised(text: string): string[] {
  const language = languageOf(text);
  return recognise(language.read(text), language).map(({ name }) => name);
}

describe('a file is recognised by one format, its own', () => {
  it.each(goldenFiles.filter(({ file }) => file !== 'litellm-config-map'))('$file', ({ file, text }) => {
    const [format, ...others] = recognised(text);
    expect(others).toEqual([]);
    expect(formatNames).toContain(format);
    expect(file.startsWith(format ?? '')).toBe(true);
  });

  it('and there is a file of each format', () => {
    const found = new Set(
      goldenFiles.flatMap(({ file, text }) => (file.includes('config-map') ? [] : recognised(text))),
    );
    expect([...found].toSorted()).toEqual([...formatNames].toSorted());
  });
});

describe('a file that no format recognises is left alone', () => {
  it.each(unrecognisedFiles)('$file', ({ text }) => {
    const plan = planRegister(text, registration());
    expect(plan).toMatchObject({
      kind: 'paste',
      reason: expect.stringMatching(/no known format recognises it: look up|several documents/) as string,
    });
    const snippet = plan.kind === 'paste' ? (plan.snippet ?? '') : '';
    expect(languageOf(snippet).read(snippet)).toEqual({
      providers: {
        'claude-harness': { base_url: 'http://127.0.0.1:8013/v1', api_key: 'unused', models: ['sonnet', 'opus'] },
      },
    });
    expect(languageOf(snippet)).toBe(languageOf(text));
    expect(planUnregister(text, 'claude-harness')).toMatchObject({ kind: 'paste', snippet: undefined });
  });
});

describe('a format that is named', () => {
  it('is taken without being recognised, and its section is made', () => {
    const plan = planRegister('healthCheckTimeout: 500\n', registration({ format: 'llama-swap' }));
    expect(plan).toMatchObject({ kind: 'change', messages: ['added claude-harness (models sonnet, opus) to peers'] });
    const after = plan.kind === 'change' ? plan.after : '';
    expect(planUnregister(after, 'claude-harness', 'llama-swap')).toMatchObject({ after: 'healthCheckTimeout: 500\n' });
  });

  it('gives the snippet where the file has no place for an entry', () => {
    const plan = planRegister('peers: none\n', registration({ format: 'llama-swap' }));
    expect(plan).toEqual({
      kind: 'paste',
      reason: 'peers is neither a map nor a list',
      snippet: 'peers:\n  claude-harness:\n    proxy: http://127.0.0.1:8013\n    models: [sonnet, opus]\n',
    });
  });

  it('must be of the language of the file', () => {
    expect(planRegister('{}', registration({ format: 'olla' }))).toMatchObject({
      kind: 'paste',
      reason: 'it is JSON, in which Olla has no configuration',
      snippet: expect.stringMatching(/^\{/) as string,
    });
  });

  it('decides between two', () => {
    const both = 'schema: v1\nmodels: []\nlitellm_settings: {}\n'.replace('models: []\n', '');
    expect(planRegister(both, registration())).toMatchObject({
      kind: 'paste',
      reason: 'it may be of the format litellm or continue: name one with --format',
    });
    expect(planRegister(both, registration({ format: 'continue' }))).toMatchObject({ kind: 'change' });
  });
});
