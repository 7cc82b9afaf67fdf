import { describe, expect, it } from 'vitest';
import { loginRemedy, signInRemedy } from '../../src/backend/login-remedy.ts';
import { configSchema, type Config } from '../../src/config/schema.ts';

const configWith = (claude: object): Config => configSchema.parse({ claude: { login_hint: 'run x login', ...claude } });
const stored = { token: 'stored', storedAt: 0 };

describe('what to do about a missing login', () => {
  it('is to sign in, by name where there are several', () => {
    expect(loginRemedy(configWith({}), undefined)).toBe('run x login');
    expect(loginRemedy(configWith({}), undefined, 'bob')).toBe('run x login --login bob');
  });

  it('is to store a new token where one was handed over', () => {
    for (const name of [undefined, 'bob']) {
      expect(loginRemedy(configWith({}), stored, name)).toContain('store it with `manage.sh login --token`');
    }
  });

  it('is to correct claude.env where the login is in it, which precedes a token that was handed over', () => {
    const config = configWith({ env: { CLAUDE_CODE_OAUTH_TOKEN: 'made-up' } });
    expect(loginRemedy(config, stored)).toMatch(/CLAUDE_CODE_OAUTH_TOKEN in claude\.env/);
  });

  it('is to sign in where what is in claude.env is empty', () => {
    expect(loginRemedy(configWith({ env: { CLAUDE_CODE_OAUTH_TOKEN: '' } }), undefined)).toBe('run x login');
  });
});

it.each([
  ['sudo claude-harness login', 'sudo claude-harness login --login bob'],
  ['docker compose run --rm claude-harness login', 'docker compose run --rm claude-harness login --login bob'],
  ['ask Ada', 'run `claude-harness login --login bob` as the user that the harness runs as'],
])('where the hint is %j, one of several is signed in to with %s', (hint, remedy) => {
  expect(signInRemedy(hint, 'bob')).toBe(remedy);
});
