import { describe, expect, it } from 'vitest';
import { readDirectKey } from '../../src/config/direct-key.ts';
import { load, problemsOf } from './config-folder.ts';

const { config } = load({ flags: { set: ['direct.api_key_env=MY_KEY'] } });

describe('readDirectKey', () => {
  it('gives what the variable holds, without the line break of a file', () => {
    expect(readDirectKey(config, { MY_KEY: 'sk-ant-api03-made-up\n' })).toBe('sk-ant-api03-made-up');
  });

  it('gives none where the backend is off, whatever else the environment holds', () => {
    expect(readDirectKey(load().config, { ANTHROPIC_API_KEY: 'sk-ant-api03-made-up' })).toBeUndefined();
  });

  it.each([
    ['is missing', {}],
    ['is empty', { MY_KEY: '' }],
    ['is blank', { MY_KEY: ' \n' }],
  ])('names a variable that %s', (_what, env) => {
    const [problem] = problemsOf(() => readDirectKey(config, env));
    expect(problem).toMatch(/^environment MY_KEY: direct\.api_key_env: expected an API key in the variable MY_KEY/);
  });

  it.each([
    ['the login of a subscription', 'sk-ant-oat01-made-up', /only the CLI may use that login/],
    ['something with blanks', 'not a key', /with blanks/],
  ])('refuses %s, and does not quote it', (_what, value, message) => {
    const [problem] = problemsOf(() => readDirectKey(config, { MY_KEY: value }));
    expect(problem).toMatch(message);
    expect(problem).not.toContain(value);
  });
});
