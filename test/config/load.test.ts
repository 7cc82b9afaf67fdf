import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { defaultConfig } from '../../src/config/schema.ts';
import { createFolder, load, loadText, problemsOf, writeConfig, writeFile } from './config-folder.ts';

const hash = `sha256:${'0'.repeat(64)}`;

describe('what is loaded', () => {
  it('without file, variables and flags is the defaults', () => {
    expect(load()).toEqual({ config: defaultConfig(), sources: new Map(), file: undefined });
  });

  it.each(['', '# nothing yet\n', '---\n', 'server:\nlimits:\n  # queue_size: 1\n', 'server: ~\n'])(
    'from the file %j is the defaults',
    (text) => {
      expect(loadText(text).config).toEqual(defaultConfig());
    },
  );

  it('is frozen all the way down', () => {
    const { config } = loadText('models: {aliases: {gpt-4o: sonnet}}\nserver: {allowed_hosts: [a]}');
    const values = [config, config.models, config.models.aliases, config.server.allowed_hosts];
    expect(values.map(Object.isFrozen)).toEqual([true, true, true, true]);
  });

  it('takes lists and maps with nothing under them, and optional keys without a value, as not set', () => {
    const { config, sources } = loadText('server:\n  tokens:\nclaude:\n  path: ~\n  env:\nmodels:\n  unknown:\n');
    expect(config).toEqual(defaultConfig());
    expect(sources.size).toBe(0);
  });
});

describe('precedence', () => {
  const text = 'server: {port: 1, host: 127.0.0.2}\nlimits: {queue_size: 1, turn_timeout: 1m}\n';
  const env = { CLAUDE_HARNESS_SERVER__PORT: '2', CLAUDE_HARNESS_LIMITS__QUEUE_SIZE: '2' };

  it('flags win over variables, those over the file, that over the defaults', () => {
    const { config, sources, file } = loadText(text, { env, flags: { port: '3' } });
    expect(config.server.port).toBe(3);
    expect(config.limits.queue_size).toBe(2);
    expect(config.limits.turn_timeout).toBe(60_000);
    expect(config.server.host).toBe('127.0.0.2');
    expect(config.limits.concurrent_turns).toBe(8);
    expect(Object.fromEntries(sources)).toEqual({
      'server.port': { kind: 'flag', name: '--port' },
      'server.host': { kind: 'file', name: file },
      'limits.queue_size': { kind: 'environment', name: 'CLAUDE_HARNESS_LIMITS__QUEUE_SIZE' },
      'limits.turn_timeout': { kind: 'file', name: file },
    });
  });

  it('--host and --port win over --set, and a later --set over an earlier one', () => {
    const set = ['server.port=1', 'limits.queue_size=1', 'limits.queue_size=2'];
    const { config } = load({ flags: { port: 9, set } });
    expect(config.server.port).toBe(9);
    expect(config.limits.queue_size).toBe(2);
  });

  it('a map is replaced as a whole', () => {
    const { config } = loadText('models: {aliases: {a: sonnet, b: sonnet}}', {
      env: { CLAUDE_HARNESS_MODELS__ALIASES: '{c: haiku}' },
    });
    expect(config.models.aliases).toEqual({ c: 'haiku' });
  });

  it('null takes back what a weaker place has set', () => {
    const { config, sources } = loadText('models: {unknown: haiku}', { flags: { set: ['models.unknown=null'] } });
    expect(config.models).not.toHaveProperty('unknown');
    expect(sources.size).toBe(0);
  });

  it('an API key beside the subscription is refused, since the CLI would bill it, and is not shown', () => {
    const withKey = 'claude:\n  env:\n    ANTHROPIC_API_KEY: sk-secret\n';
    expect(() => loadText(withKey)).toThrow(/claude\.env\.ANTHROPIC_API_KEY: expected no API key while claude\.auth/);
    expect(() => loadText(withKey)).not.toThrow(/sk-secret/);
    expect(loadText(`${withKey}  auth: api-key\n`).config.claude.auth).toBe('api-key');
  });

  it('additions to the API’s request that are not a JSON object are refused by their name, and are not shown', () => {
    const withBody = 'claude:\n  env:\n    CLAUDE_CODE_EXTRA_BODY: "{secret"\n';
    expect(() => loadText(withBody)).toThrow(/claude\.env\.CLAUDE_CODE_EXTRA_BODY: expected a JSON object/);
    expect(() => loadText(withBody)).not.toThrow(/\{secret/);
  });

  it('the rule about hosts and tokens looks at the outcome, not at one place', () => {
    const { config } = loadText('server: {host: 0.0.0.0}', { env: { CLAUDE_HARNESS_SERVER__TOKENS: hash } });
    expect(config.server.tokens).toEqual([{ hash, role: 'client' }]);
    expect(problemsOf(() => load({ flags: { host: '0.0.0.0' } }))).toEqual([
      '--host: server.host: expected a loopback address such as 127.0.0.1, or at least one entry in server.tokens ' +
        '(run `claude-harness token` to make one), found 0.0.0.0',
    ]);
  });
});

describe('which file is read', () => {
  function createHome() {
    const folder = createFolder();
    const home = join(folder, 'home');
    const paths = {
      xdg: writeFile(join(folder, 'xdg/claude-harness/harness.yaml'), 'server: {port: 1}'),
      home: writeFile(join(home, '.config/claude-harness/harness.yaml'), 'server: {port: 2}'),
      system: writeFile(join(folder, 'etc/harness.yaml'), 'server: {port: 3}'),
      flag: writeFile(join(folder, 'flag.yaml'), 'server: {port: 4}'),
      variable: writeFile(join(folder, 'variable.yaml'), 'server: {port: 5}'),
    };
    return { paths, env: { HOME: home }, xdg: { XDG_CONFIG_HOME: join(folder, 'xdg') }, none: join(folder, 'none') };
  }

  it('--config wins over CLAUDE_HARNESS_CONFIG, and that over the usual places', () => {
    const { paths, env, xdg } = createHome();
    const withVariable = { ...env, ...xdg, CLAUDE_HARNESS_CONFIG: paths.variable };
    expect(load({ env: withVariable, configPath: paths.flag }).file).toBe(paths.flag);
    expect(load({ env: withVariable }).file).toBe(paths.variable);
    expect(load({ env: { ...env, ...xdg } }).config.server.port).toBe(1);
  });

  it("the user's file is looked for in XDG_CONFIG_HOME, else in ~/.config, and wins over the system's", () => {
    const { paths, env, xdg, none } = createHome();
    const systemConfigPath = paths.system;
    expect(load({ env: { ...env, ...xdg }, systemConfigPath }).file).toBe(paths.xdg);
    expect(load({ env, systemConfigPath }).file).toBe(paths.home);
    expect(load({ env: { HOME: none }, systemConfigPath }).file).toBe(paths.system);
    expect(load({ env: {}, systemConfigPath }).file).toBe(paths.system);
    expect(load({ env: { ...env, XDG_CONFIG_HOME: none }, systemConfigPath }).file).toBe(paths.system);
  });

  it('a relative XDG_CONFIG_HOME is ignored, as its specification asks', () => {
    const { paths, env } = createHome();
    expect(load({ env: { ...env, XDG_CONFIG_HOME: 'xdg' } }).file).toBe(paths.home);
  });
});

describe('a ConfigError', () => {
  it('has the exit code for configuration errors and every problem of every place', () => {
    const configPath = writeConfig('server:\n  prot: 1\n  port: x\nlimits:\n  queue_timeout: 10\n');
    const env = { CLAUDE_HARNESS_LOGGING__LEVEL: 'loud', CLAUDE_HARNESS_POOL__MAX_WRAM: '1' };
    const run = () => load({ configPath, env, flags: { set: ['pool.max_warm=99', 'x=1'] } });
    expect(run).toThrow(ConfigError);
    expect(run).toThrow(expect.objectContaining({ exitCode: 78, name: 'ConfigError' }) as Error);
    expect(problemsOf(run).sort()).toEqual([
      '--set: pool.max_warm: expected a whole number from 0 to 64, found 99',
      expect.stringMatching(/^--set: x: unknown key; the nearest known one is /),
      'environment CLAUDE_HARNESS_LOGGING__LEVEL: logging.level: expected one of debug, info, warn, error, found loud',
      'environment CLAUDE_HARNESS_POOL__MAX_WRAM: unknown variable; the nearest known one is CLAUDE_HARNESS_POOL__MAX_WARM',
      'harness.yaml:2:3: server.prot: unknown key; the nearest known one is server.port',
      'harness.yaml:3:3: server.port: expected a whole number from 0 to 65535, found x',
      'harness.yaml:5:3: limits.queue_timeout: expected a duration with a unit such as 250ms, 30s, 10m or 1h30m, at most 24d, found 10',
    ]);
  });

  it('says how many problems there are', () => {
    expect(() => load({ flags: { set: ['a'] } })).toThrow(/^The configuration has a problem:\n {2}--set: /);
    expect(() => load({ flags: { set: ['a', 'b'] } })).toThrow(/^The configuration has 2 problems:\n/);
  });

  it('is thrown for unreadable files together with what else is wrong', () => {
    const run = () => load({ configPath: '/nonexistent/x.yaml', flags: { port: 'x' } });
    expect(problemsOf(run)).toEqual([
      '/nonexistent/x.yaml: the config file cannot be read: it does not exist',
      '--port: server.port: expected a whole number from 0 to 65535, found x',
    ]);
  });
});

describe('secrets', () => {
  const secret = 'hunter2';

  it.each([
    ['a plain token', `server: {tokens: [${secret}]}`],
    ['a token outside a list', `server: {tokens: ${secret}}`],
    ['a token as a map', `server: {tokens: [{${secret}: ${secret}}]}`],
    ['a token in place of the section', `server: ${secret}`],
    ['a token in place of the file', secret],
    ['a variable in place of the map', `claude: {env: KEY=${secret}}`],
    ['variables as a list', `claude: {env: [KEY=${secret}]}`],
    ['a variable without a colon', `claude: {env: {KEY=${secret}}}`],
    ['a map as a value', `claude: {env: {KEY: {${secret}: ${secret}}}}`],
    ['a list as a value', `claude: {env: {KEY: [${secret}]}}`],
    ['a value that reads as an alias', `claude: {env: {KEY: *${secret}}}`],
    ['a value that reads as a tag', `claude: {env: {KEY: !${secret} x}}`],
    ['a value with a bad escape', `claude: {env: {KEY: "\\h${secret}"}}`],
    ['a value without its closing quote', `claude: {env: {KEY: "${secret}}}`],
  ])('%s is not repeated in the error', (_, text) => {
    const problems = problemsOf(() => loadText(text));
    expect(problems).not.toEqual([]);
    expect(problems.join()).not.toContain(secret);
  });

  it.each([
    { CLAUDE_HARNESS_SERVER__TOKENS: secret },
    { CLAUDE_HARNESS_SERVER__TOKENS: `[${secret}` },
    { CLAUDE_HARNESS_SERVER__TOKENS: `*${secret}` },
    { CLAUDE_HARNESS_SERVER__TOKEN: secret },
    { CLAUDE_HARNESS_CLAUDE__ENV: secret },
    { CLAUDE_HARNESS_CLAUDE__ENV: `{A=${secret}}` },
  ])('%j is not repeated in the error', (env) => {
    expect(problemsOf(() => load({ env })).join()).not.toContain(secret);
  });

  it.each([
    `server.tokens=${secret}`,
    `server.token=${secret}`,
    `server.tokens:${secret}`,
    `claude.env=${secret}`,
    `direct.api_key_env=sk-ant-${secret}`,
  ])('--set %s is not repeated in the error', (set) => {
    expect(problemsOf(() => load({ flags: { set: [set] } })).join()).not.toContain(secret);
  });

  it('a wrong token says which it is and what to do', () => {
    expect(problemsOf(() => loadText(`server:\n  tokens:\n    - ${hash}\n    - ${secret}\n`))).toEqual([
      'harness.yaml:4:7: server.tokens[1]: expected sha256: followed by 64 lowercase hex digits ' +
        '(run `claude-harness token` to make one), found a hidden value',
    ]);
  });
});
