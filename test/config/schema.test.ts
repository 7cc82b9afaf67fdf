import { describe, expect, it } from 'vitest';
import { configSchema, defaultConfig } from '../../src/config/schema.ts';

const hash = `sha256:${'a'.repeat(64)}`;

function messagesOf(value: unknown): string[] {
  return configSchema.safeParse(value).error?.issues.map(({ message }) => message) ?? [];
}

describe('defaults', () => {
  it('are these, with durations in milliseconds and sizes in bytes', () => {
    expect(defaultConfig()).toEqual({
      server: {
        host: '127.0.0.1',
        port: 8013,
        listen: [],
        tokens: [],
        allowed_hosts: [],
        cors_origins: [],
        body_limit: 33_554_432,
        silence_before_stream: 10_000,
        instance: 0,
        unready_delay: 0,
      },
      tunnel: { type: 'none', remote_address: '8013' },
      claude: {
        auth: 'subscription',
        env: {},
        prompt: 'exact',
        max_retries: 2,
        check: true,
        login_hint: 'run `claude`, then /login, as the user that the harness runs as',
        logins: [],
      },
      models: { default: 'sonnet', aliases: {}, effort: 'none', direct: [] },
      direct: { base_url: 'https://api.anthropic.com', max_retries: 2 },
      pool: {
        warm_per_model: 1,
        max_warm: 4,
        reuse: true,
        share: 'everyone',
        max_turns: 500,
        max_memory: 629_145_600,
        idle_after: 900_000,
        max_age: 1_800_000,
        max_spawning: 2,
        start_timeout: 20_000,
      },
      limits: {
        concurrent_turns: 8,
        queue_size: 64,
        queue_timeout: 60_000,
        turn_timeout: 600_000,
        idle_timeout: 180_000,
        max_choices: 4,
        plan_limit_status: 429,
        reserve: {},
        shutdown_grace: 30_000,
      },
      state: {},
      responses: { keep: 2_592_000_000 },
      conversations: { keep: 2_592_000_000, max: 1000, max_size: 32 * 1024 ** 2 },
      batches: {
        concurrency: 2,
        pause_above: 0.8,
        keep: 29 * 24 * 60 * 60 * 1000,
        max_requests: 100_000,
        max_size: 256 * 1024 ** 2,
        allow_metadata_webhook: false,
      },
      jobs: { concurrency: 4, max_per_client: 100, keep: 2_505_600_000, allow_webhooks: false },
      cache: { ttl: 0, max_size: 100 * 1024 ** 2, tools: false },
      files: { shared: false, max_size: 500 * 1024 ** 2, max_total: 10 * 1024 ** 3, ttl: 2_592_000_000 },
      logging: { level: 'info', format: 'auto', content: false },
      admin: { execute: false, logout: false },
      observe: { keep: 7_776_000_000, max_rows: 1_000_000, prices: {}, otlp_headers: {} },
      alerts: { windows: [0.8, 0.95], failures: 5, failures_within: 600_000, format: 'json' },
      agents: {
        idle_after: 600_000,
        keep: 90 * 24 * 60 * 60 * 1000,
        max_live: 8,
        memory_max: 2 * 1024 ** 3,
        tasks_max: 1024,
        owners: [],
        notify_format: 'json',
      },
      unsupported_params: 'ignore',
      reasoning: 'visible',
      fallback: 'none',
    });
  });

  it('have no key for what is optional', () => {
    expect(defaultConfig().claude).not.toHaveProperty('path');
    expect(defaultConfig().claude).not.toHaveProperty('workspace');
    expect(defaultConfig().models).not.toHaveProperty('unknown');
    expect(defaultConfig().state).not.toHaveProperty('path');
    expect(defaultConfig().direct).not.toHaveProperty('api_key_env');
  });

  it('are frozen all the way down', () => {
    const { server, models } = defaultConfig();
    for (const value of [defaultConfig(), server, server.tokens, models.aliases]) {
      expect(Object.isFrozen(value)).toBe(true);
    }
  });
});

describe('accepted values', () => {
  it.each([
    ['a port of 0', { server: { port: 0 } }],
    ['the highest port', { server: { port: 65_535 } }],
    ['a number in digits', { server: { port: '9000' } }],
    ['a token hash', { server: { tokens: [hash] } }],
    ['an IPv6 host', { server: { host: '::1' } }],
    ['a host that is a number', { server: { allowed_hosts: ['123'] } }],
    ['an open host with a token', { server: { host: '0.0.0.0', tokens: [hash] } }],
    ['the smallest body limit', { server: { body_limit: '1kb' } }],
    ['a short silence', { server: { silence_before_stream: '1s' } }],
    ['the highest instance', { server: { instance: 4095 } }],
    ['a queue without room', { limits: { queue_size: 0 } }],
    ['the shortest time-out', { limits: { turn_timeout: '1ms' } }],
    ['a boolean in letters', { logging: { content: 'true' } }],
    ['a model of a cloud provider', { models: { default: 'us.anthropic.claude-sonnet-4-5@20250929-v1:0' } }],
    ['a model with a context size', { models: { unknown: 'sonnet[1m]' } }],
    ['a model of 128 characters', { models: { default: 'm'.repeat(128) } }],
    ['an alias with any characters', { models: { aliases: { 'GPT 4o / ümlaut': 'sonnet' } } }],
    ['an alias of 256 characters', { models: { aliases: { ['a'.repeat(256)]: 'sonnet' } } }],
    ['a single choice', { limits: { max_choices: 1 } }],
    ['hidden reasoning', { reasoning: 'hidden' }],
    [
      'additions to the API’s request',
      { claude: { env: { CLAUDE_CODE_EXTRA_BODY: '{"metadata": {"user_id": "a"}}' } } },
    ],
    ['no additions to the API’s request', { claude: { env: { CLAUDE_CODE_EXTRA_BODY: '{}' } } }],
    ['a path', { claude: { path: '/opt/claude code/claude' } }],
  ])('%s is accepted', (_, value) => {
    expect(messagesOf(value)).toEqual([]);
  });

  it('numbers and booleans in claude.env become text', () => {
    const { claude } = configSchema.parse({ claude: { env: { A: 1, B: true, C: 'x', D: '' } } });
    expect(claude.env).toEqual({ A: '1', B: 'true', C: 'x', D: '' });
  });

  it('allowed hosts and origins come out in lower case, in which browsers send them', () => {
    const { server } = configSchema.parse({
      server: { allowed_hosts: ['Box.LAN'], cors_origins: ['HTTPS://Chat.Example'] },
    });
    expect(server.allowed_hosts).toEqual(['box.lan']);
    expect(server.cors_origins).toEqual(['https://chat.example']);
  });

  it.each(['constructor', 'toString', '__proto__'])(
    'looking up the alias %s finds nothing unless it was set',
    (name) => {
      expect(defaultConfig().models.aliases[name]).toBeUndefined();
    },
  );
});

describe('refused values', () => {
  it.each([
    ['a port over 65535', { server: { port: 65_536 } }, 'expected a whole number from 0 to 65535'],
    ['a negative port', { server: { port: '-1' } }, 'expected a whole number from 0 to 65535'],
    ['a fraction', { server: { port: 80.5 } }, 'expected a whole number from 0 to 65535'],
    ['a hexadecimal number', { server: { port: '0x50' } }, 'expected a whole number from 0 to 65535'],
    ['not a number', { server: { port: NaN } }, 'expected a whole number from 0 to 65535'],
    ['an infinite number', { limits: { queue_size: Infinity } }, 'expected a whole number from 0 to 10000'],
    ['nothing for a number', { pool: { max_warm: null } }, 'expected a whole number from 0 to 64'],
    [
      'a host with a port',
      { server: { host: '127.0.0.1:80' } },
      'expected a host name or an IP address, without a port',
    ],
    ['a wildcard origin', { server: { cors_origins: ['*'] } }, /^expected an origin such as https:/],
    ['a hash in capitals', { server: { tokens: [hash.toUpperCase()] } }, /^expected sha256: .*claude-harness token/],
    ['a plain token', { server: { tokens: ['ch_secret'] } }, /^expected sha256: .*claude-harness token/],
    ['one token outside a list', { server: { tokens: hash } }, 'expected a list of token hashes'],
    ['a body limit of 0', { server: { body_limit: '0' } }, /^expected a size .*from 1kb to 256mb$/],
    ['a body limit without a unit', { server: { body_limit: 33_554_432 } }, /^expected a size with a unit/],
    ['a body limit over any string', { server: { body_limit: '1gb' } }, /^expected a size .*from 1kb to 256mb$/],
    ['a duration without a unit', { limits: { queue_timeout: 60 } }, /^expected a duration with a unit/],
    ['a duration without a unit, as text', { limits: { queue_timeout: '60' } }, /^expected a duration with a unit/],
    ['a duration over 24 days', { limits: { queue_timeout: '25d' } }, /at most 24d$/],
    ['a cache that is too small', { cache: { max_size: '1kb' } }, /1mb to 10gb/],
    [
      'shared files without a database',
      { files: { shared: true, path: '/srv/files' } },
      /^expected state.url, and files.path/,
    ],
    [
      'shared files without a folder',
      { files: { shared: true }, state: { url: 'postgres://db/harness' } },
      /^expected state.url, and files.path/,
    ],
    ['files in no space', { files: { max_total: '1kb' } }, /from 1mb to 100000gb$/],
    ['conversations kept for no time', { conversations: { keep: '0' } }, /more than 0/],
    ['responses kept for over ten years', { responses: { keep: '3651d' } }, /at most 3650d$/],
    ['an infinite duration', { limits: { queue_timeout: Infinity } }, /^expected a duration with a unit/],
    ['a time-out of 0', { limits: { turn_timeout: 0 } }, /more than 0/],
    ['an idle time-out of 0', { limits: { idle_timeout: '0s' } }, /more than 0/],
    ['a start time-out of 0', { pool: { start_timeout: '0' } }, /more than 0/],
    ['a maximum age of 0', { pool: { max_age: 0 } }, /more than 0/],
    ['another choice', { logging: { level: 'trace' } }, 'expected one of debug, info, warn, error'],
    ['a choice in capitals', { claude: { auth: 'API-KEY' } }, 'expected one of subscription, api-key'],
    ['yes for true', { logging: { content: 'yes' } }, 'expected true or false'],
    ['an empty model', { models: { default: '' } }, /^expected a model name/],
    ['a model that begins with a dash', { models: { default: '--help' } }, /^expected a model name/],
    ['a model with a space', { models: { unknown: 'claude 3' } }, /^expected a model name/],
    ['a model of 129 characters', { models: { default: 'm'.repeat(129) } }, /^expected a model name/],
    ['a bad model behind an alias', { models: { aliases: { a: '-b' } } }, /^expected a model name/],
    ['a home folder as ~', { claude: { path: '~/bin/claude' } }, 'expected a path, written out without ~'],
    ['a state file in ~', { state: { path: '~/state.db' } }, 'expected a path, written out without ~'],
    ['a database of another kind', { state: { url: 'mysql://db/harness' } }, /^expected an address such as postgres:/],
    ['a database without an address', { state: { url: 'harness' } }, /^expected an address such as postgres:/],
    ['an empty path', { claude: { workspace: '' } }, 'expected a path, written out without ~'],
    ['a NUL in a variable', { claude: { env: { A: '\0' } } }, /^expected text without a NUL/],
    ['nothing in a variable', { claude: { env: { A: null } } }, /^expected text without a NUL/],
    ['too many retries', { claude: { max_retries: 11 } }, 'expected a whole number from 0 to 10'],
    ['no spawning', { pool: { max_spawning: 0 } }, 'expected a whole number from 1 to 8'],
    ['no turns', { limits: { concurrent_turns: 0 } }, 'expected a whole number from 1 to 256'],
    ['an empty login hint', { claude: { login_hint: '' } }, 'expected a line of text'],
    ['a login hint of two lines', { claude: { login_hint: 'a\nb' } }, 'expected a line of text'],
    ['a login hint of 201 characters', { claude: { login_hint: 'a'.repeat(201) } }, 'expected a line of text'],
    ['no choices', { limits: { max_choices: 0 } }, 'expected a whole number from 1 to 16'],
    ['too many choices', { limits: { max_choices: 17 } }, 'expected a whole number from 1 to 16'],
    [
      'a key in place of its variable’s name',
      { direct: { api_key_env: 'sk-ant-api03-x' } },
      /^expected the name of an/,
    ],
    [
      'the variable of the CLI’s login',
      { direct: { api_key_env: 'CLAUDE_CODE_OAUTH_TOKEN' } },
      /only the CLI may use the CLI's login/,
    ],
    ['a URL without a scheme', { direct: { base_url: 'api.anthropic.com' } }, /^expected an http or https URL/],
    ['a URL with a password', { direct: { base_url: 'https://a:b@api.example' } }, /^expected an http or https URL/],
    ['a fallback to what is off', { fallback: 'direct' }, /^expected direct\.api_key_env to be set/],
    ['direct models without a key', { models: { direct: ['opus'] } }, /^expected direct\.api_key_env to be set/],
    [
      'an empty pattern',
      { models: { direct: [''] }, direct: { api_key_env: 'K' } },
      /^expected a model name, in which/,
    ],
    ['reasoning for true', { reasoning: true }, 'expected one of visible, hidden'],
    ...['', '{', '[]', '"text"', 'null', '7', "{'a': 1}"].map((body): [string, object, string] => [
      `an addition to the API’s request that is ${body || 'empty'}`,
      { claude: { env: { CLAUDE_CODE_EXTRA_BODY: body } } },
      'expected a JSON object',
    ]),
    ['an unknown key', { server: { prot: 1 } }, 'Unrecognized key: "prot"'],
    ['an unknown section', { sever: {} }, 'Unrecognized key: "sever"'],
  ])('%s is refused', (_, value, expected) => {
    expect(messagesOf(value)).toEqual([typeof expected === 'string' ? expected : expect.stringMatching(expected)]);
  });

  it.each(['', 'a'.repeat(257), 'a\nb', 'a\x7fb'])('the alias %j is refused', (name) => {
    expect(configSchema.safeParse({ models: { aliases: { [name]: 'sonnet' } } }).success).toBe(false);
  });

  it.each(['', '1A', 'A B', 'A=B', 'A-B'])('the variable name %j is refused', (name) => {
    expect(configSchema.safeParse({ claude: { env: { [name]: 'x' } } }).success).toBe(false);
  });
});

describe('a host beyond loopback', () => {
  it.each(['0.0.0.0', '::', '192.168.1.2', 'harness.lan'])(
    '%s without a token is refused, naming both keys',
    (host) => {
      const { error } = configSchema.safeParse({ server: { host } });
      expect(error?.issues).toEqual([
        expect.objectContaining({
          path: ['server', 'host'],
          message: expect.stringMatching(
            /127\.0\.0\.1, or at least one entry in server\.tokens .*claude-harness token/,
          ) as string,
        }),
      ]);
    },
  );

  it('is reported together with other mistakes', () => {
    expect(messagesOf({ server: { host: '0.0.0.0', port: -1 }, limits: { queue_size: -1 } })).toHaveLength(3);
  });

  it('is not reported on top of an invalid host', () => {
    expect(messagesOf({ server: { host: 'a b' } })).toHaveLength(1);
  });
});
