import { expect, it } from 'vitest';
import { checkConfigCommand } from '../../src/command/check-config.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { defaultConfig } from '../../src/config/schema.ts';

function check(changes: object, env: Record<string, string> = {}): string {
  let text = '';
  const config = { ...defaultConfig(), ...changes };
  checkConfigCommand({ config, sources: new Map(), file: '/etc/harness.yaml' }, env, (more) => {
    text += more;
  });
  return text;
}

it('says that a configuration is valid, and which', () => {
  expect(check({})).toBe('The configuration is valid (/etc/harness.yaml).\n');
});

it('refuses what a service would refuse at its start: an API key that is not there', () => {
  const direct = { ...defaultConfig().direct, api_key_env: 'SOME_KEY' };
  expect(() => check({ direct })).toThrow(ConfigError);
  expect(check({ direct }, { SOME_KEY: 'sk-ant-api03-made-up' })).toContain('valid');
});
