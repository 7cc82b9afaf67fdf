import { describe, expect, it } from 'vitest';
import { cliEnvironment, givenLogins, type CliEnvironmentOptions } from '../../src/process/environment.ts';

const environment = (options: Partial<CliEnvironmentOptions>) =>
  cliEnvironment({ auth: 'subscription', maxRetries: 2, extra: {}, from: {}, ...options });

describe('cliEnvironment', () => {
  it.each([
    'HOME',
    'PATH',
    'USER',
    'LOGNAME',
    'LANG',
    'LC_ALL',
    'LC_CTYPE',
    'TZ',
    'XDG_CONFIG_HOME',
    'XDG_RUNTIME_DIR',
    'CLAUDE_CONFIG_DIR',
    'HTTP_PROXY',
    'https_proxy',
    'NO_PROXY',
    'NODE_EXTRA_CA_CERTS',
    'SSL_CERT_FILE',
  ])('hands %s on', (name) => {
    expect(environment({ from: { [name]: 'x' } })[name]).toBe('x');
  });

  it.each([
    'ANTHROPIC_API_KEY',
    'ANTHROPIC_AUTH_TOKEN',
    'ANTHROPIC_BASE_URL',
    'ANTHROPIC_MODEL',
    'CLAUDECODE',
    'CLAUDE_CODE_ENTRYPOINT',
    'CLAUDE_CODE_USE_BEDROCK',
    'CLAUDE_CODE_OAUTH_TOKEN',
    'AWS_SECRET_ACCESS_KEY',
    'NODE_OPTIONS',
    'LD_PRELOAD',
    'TMPDIR',
    'MY_SECRET',
    'XLC_',
    'xdg_config_home',
  ])('keeps %s to itself', (name) => {
    expect(environment({ from: { [name]: 'x' } })).not.toHaveProperty(name);
  });

  it('hands the API key on only where turns are to be paid by it', () => {
    const from = { ANTHROPIC_API_KEY: 'sk-1' };
    expect(environment({ auth: 'api-key', from })['ANTHROPIC_API_KEY']).toBe('sk-1');
    expect(environment({ auth: 'api-key', from: {} })).not.toHaveProperty('ANTHROPIC_API_KEY');
  });

  it('hands no API key of the configuration on where turns are paid by the plan', () => {
    const extra = { ANTHROPIC_API_KEY: 'sk-2' };
    expect(environment({ extra })).not.toHaveProperty('ANTHROPIC_API_KEY');
    expect(environment({ auth: 'api-key', extra })['ANTHROPIC_API_KEY']).toBe('sk-2');
  });

  it('hands the configured variables on, before inherited ones', () => {
    const env = environment({ from: { HOME: '/a', LANG: 'C' }, extra: { HOME: '/b', ANTHROPIC_BASE_URL: 'http://x' } });
    expect(env).toMatchObject({ HOME: '/b', LANG: 'C', ANTHROPIC_BASE_URL: 'http://x' });
  });

  it.each(['CLAUDE_CODE_DISABLE_ATTACHMENTS', 'DISABLE_AUTO_COMPACT', 'CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK'])(
    'sets %s, whatever anybody else says',
    (name) => {
      expect(environment({ from: { [name]: '0' }, extra: { [name]: '0' } })[name]).toBe('1');
    },
  );

  it.each(['DISABLE_AUTOUPDATER', 'CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC', 'MAX_THINKING_TOKENS'])(
    'sets %s unless the configuration says otherwise',
    (name) => {
      expect(environment({})).toHaveProperty(name);
      expect(environment({ extra: { [name]: 'mine' } })[name]).toBe('mine');
    },
  );

  it('sets how often to try again, whatever anybody else sets', () => {
    const name = 'CLAUDE_CODE_MAX_RETRIES';
    expect(environment({ maxRetries: 0, from: { [name]: '9' }, extra: { [name]: '9' } })[name]).toBe('0');
  });

  it('takes no variable that is not set for one that is', () => {
    expect(environment({ from: { HOME: undefined } })).not.toHaveProperty('HOME');
  });

  describe('of one of several logins', () => {
    const extra = {
      CLAUDE_CODE_OAUTH_TOKEN: 'other',
      ANTHROPIC_AUTH_TOKEN: 'other',
      CLAUDE_CONFIG_DIR: '/other',
      A: 'a',
    };

    it('has its folder and its token, whatever else is said of a login', () => {
      const own = { configDir: '/srv/work', token: 'own' };
      expect(environment({ extra, own, from: { CLAUDE_CONFIG_DIR: '/usual' } })).toMatchObject({
        ...{ A: 'a', CLAUDE_CONFIG_DIR: '/srv/work', CLAUDE_CODE_OAUTH_TOKEN: 'own' },
      });
    });

    it('has no token where its folder has the login', () => {
      const made = environment({ extra, own: { configDir: '/srv/work' } });
      for (const name of givenLogins) expect(made).not.toHaveProperty(name);
    });
  });
});
