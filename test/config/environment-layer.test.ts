import { describe, expect, it } from 'vitest';
import { configKeys } from '../../src/config/keys.ts';
import { valueOf } from '../../src/config/render-yaml.ts';
import { load, problemsOf } from './config-folder.ts';

const hash = `sha256:${'0'.repeat(64)}`;

/** A text for every key, and what it becomes. */
const madeUpSecret = `whsec_${Buffer.alloc(24, 'x').toString('base64')}`;

const samples: Record<string, [string, unknown]> = {
  'server.host': ['::1', '::1'],
  'server.port': ['9000', 9000],
  'server.listen': ['["[::1]:8013", "unix:/run/a.sock"]', ['[::1]:8013', 'unix:/run/a.sock']],
  'server.tokens': [`[${hash}]`, [{ hash, role: 'client' }]],
  'server.allowed_hosts': ['[123, box.lan]', ['123', 'box.lan']],
  'server.cors_origins': ['[https://chat.example]', ['https://chat.example']],
  'server.body_limit': ['1mb', 1_048_576],
  'server.silence_before_stream': ['5s', 5000],
  'server.instance': ['2', 2],
  'server.unready_delay': ['2s', 2000],
  'tunnel.type': ['cloudflare', 'cloudflare'],
  'tunnel.public_url': ['https://harness.example.com', 'https://harness.example.com'],
  'tunnel.token_file': ['/etc/tunnel-token', '/etc/tunnel-token'],
  'tunnel.ssh_destination': ['ssh://tunnel@example.com:2222', 'ssh://tunnel@example.com:2222'],
  'tunnel.ssh_key': ['/srv/key', '/srv/key'],
  'tunnel.ssh_known_hosts': ['/srv/known_hosts', '/srv/known_hosts'],
  'tunnel.remote_address': ['*:80', '*:80'],
  'claude.path': ['/opt/a: b #1/claude', '/opt/a: b #1/claude'],
  'claude.auth': ['api-key', 'api-key'],
  'claude.env': ['{A: 1, B: "x y"}', { A: '1', B: 'x y' }],
  'claude.login_hint': ['ask Ada', 'ask Ada'],
  'claude.prompt': ['fed', 'fed'],
  'claude.max_retries': [' 3 ', 3],
  'claude.check': ['false', false],
  'claude.logins': [
    '[{name: home}, {name: work, config_dir: /srv/work}]',
    [{ name: 'home' }, { name: 'work', config_dir: '/srv/work' }],
  ],
  'claude.workspace': ['123', '123'],
  'models.default': ['1e5', '1e5'],
  'models.aliases': ['{gpt-4o: 1e5}', { 'gpt-4o': '1e5' }],
  'models.unknown': ['true', 'true'],
  'models.effort': ['xhigh', 'xhigh'],
  'models.direct': ['[claude-opus-*, gpt-4o]', ['claude-opus-*', 'gpt-4o']],
  'direct.api_key_env': ['API_KEY', 'API_KEY'],
  'direct.base_url': ['http://127.0.0.1:9', 'http://127.0.0.1:9'],
  'direct.max_retries': ['0', 0],
  'pool.warm_per_model': ['0', 0],
  'pool.max_warm': ['1', 1],
  'pool.reuse': ['false', false],
  'pool.share': ['client', 'client'],
  'pool.max_turns': ['1', 1],
  'pool.max_memory': ['1gb', 1024 ** 3],
  'pool.idle_after': ['1h30m', 5_400_000],
  'pool.max_age': ['1d', 86_400_000],
  'pool.max_spawning': ['1', 1],
  'pool.start_timeout': ['250ms', 250],
  'limits.concurrent_turns': ['1', 1],
  'limits.queue_size': ['0', 0],
  'limits.queue_timeout': ['1s', 1000],
  'limits.turn_timeout': ['1s', 1000],
  'limits.idle_timeout': ['1s', 1000],
  'limits.max_choices': ['2', 2],
  'limits.plan_limit_status': ['503', 503],
  'limits.reserve': ['{five_hour: 10%, seven_day: 0.05}', { five_hour: 0.1, seven_day: 0.05 }],
  'limits.shutdown_grace': ['1s', 1000],
  'state.path': ['/srv/harness/state.db', '/srv/harness/state.db'],
  'state.url': ['postgres://harness@db/harness', 'postgres://harness@db/harness'],
  'responses.keep': ['365d', 31_536_000_000],
  'conversations.keep': ['365d', 31_536_000_000],
  'conversations.max': ['10', 10],
  'conversations.max_size': ['1mb', 1_048_576],
  'files.path': ['/srv/files', '/srv/files'],
  'files.shared': ['false', false],
  'files.max_size': ['1gb', 1_073_741_824],
  'files.max_total': ['100gb', 107_374_182_400],
  'files.max_per_client': ['2gb', 2_147_483_648],
  'files.ttl': ['90d', 7_776_000_000],
  'jobs.concurrency': ['8', 8],
  'jobs.max_per_client': ['5', 5],
  'jobs.keep': ['1d', 86_400_000],
  'jobs.webhook': ['https://example.org/jobs', 'https://example.org/jobs'],
  'jobs.webhook_secret': [`whsec_${'A'.repeat(32)}`, `whsec_${'A'.repeat(32)}`],
  'jobs.allow_webhooks': ['true', true],
  'cache.ttl': ['5m', 300_000],
  'cache.max_size': ['1gb', 1024 ** 3],
  'cache.tools': ['true', true],
  'logging.level': ['debug', 'debug'],
  'logging.format': ['json', 'json'],
  'logging.content': ['true', true],
  'admin.execute': ['true', true],
  'admin.logout': ['true', true],
  'observe.keep': ['30d', 2_592_000_000],
  'observe.max_rows': ['5000', 5000],
  'observe.prices': [
    '{a*: {input: 1, output: 2.5, cache_read: 0, cache_write_5m: 1, cache_write_1h: 2}}',
    { 'a*': { input: 1, output: 2.5, cache_read: 0, cache_write_5m: 1, cache_write_1h: 2 } },
  ],
  'observe.otlp_endpoint': ['http://127.0.0.1:4318', 'http://127.0.0.1:4318'],
  'observe.otlp_headers': ['{Authorization: Bearer a}', { Authorization: 'Bearer a' }],
  'alerts.windows': ['[50%, 0.9]', [0.5, 0.9]],
  'alerts.failures': ['0', 0],
  'alerts.failures_within': ['1h', 3_600_000],
  'alerts.url': ['https://ntfy.sh/topic', 'https://ntfy.sh/topic'],
  'alerts.format': ['slack', 'slack'],
  'alerts.token': ['tk_made_up', 'tk_made_up'],
  'agents.idle_after': ['1m', 60_000],
  'agents.keep': ['7d', 604_800_000],
  'agents.max_live': ['3', 3],
  'agents.ask_timeout': ['1h', 3_600_000],
  'agents.memory_max': ['512mb', 512 * 1024 ** 2],
  'agents.tasks_max': ['100', 100],
  'agents.owners': [hash, [hash]],
  'agents.notify_url': ['https://ntfy.sh/topic', 'https://ntfy.sh/topic'],
  'agents.notify_format': ['ntfy', 'ntfy'],
  'agents.notify_token': ['tk_made_up', 'tk_made_up'],
  'agents.notify_public_url': ['http://127.0.0.1:8013', 'http://127.0.0.1:8013'],
  'batches.concurrency': ['4', 4],
  'batches.pause_above': ['60%', 0.6],
  'batches.hours': ['22:00-06:30', '22:00-06:30'],
  'batches.keep': ['7d', 604_800_000],
  'batches.max_requests': ['500', 500],
  'batches.max_size': ['1mb', 1024 ** 2],
  'batches.webhook': ['https://example.com/hook', 'https://example.com/hook'],
  'batches.webhook_secret': [madeUpSecret, madeUpSecret],
  'batches.allow_metadata_webhook': ['true', true],
  unsupported_params: ['reject', 'reject'],
  reasoning: ['hidden', 'hidden'],
  fallback: ['direct', 'direct'],
};

/** What some keys need beside them. */
const others = { CLAUDE_HARNESS_DIRECT__API_KEY_ENV: 'OTHER_KEY', CLAUDE_HARNESS_SERVER__TOKENS: hash };

describe('every key', () => {
  it.each(configKeys.map((key) => [key.environmentName, key] as const))('can be set with %s', (name, key) => {
    const [text, expected] = samples[key.path] ?? ['no sample', undefined];
    const { config, sources } = load({ env: { ...others, [name]: text } });
    expect(valueOf(config, key)).toEqual(expected);
    expect(sources.get(key.path)).toEqual({ kind: 'environment', name });
  });

  it.each(configKeys.map((key) => [key.path, key] as const))('can be set with --set %s', (path, key) => {
    const [text, expected] = samples[path] ?? ['no sample', undefined];
    const { config, sources } = load({ env: others, flags: { set: [`${path}=${text}`] } });
    expect(valueOf(config, key)).toEqual(expected);
    expect(sources.get(path)).toEqual({ kind: 'flag', name: '--set' });
  });
});

describe('values', () => {
  it.each([
    ['a list of one needs no brackets', 'CLAUDE_HARNESS_SERVER__ALLOWED_HOSTS', '123', 'server.allowed_hosts', ['123']],
    ['a list may be empty', 'CLAUDE_HARNESS_SERVER__ALLOWED_HOSTS', '[]', 'server.allowed_hosts', []],
    ['a list may span lines', 'CLAUDE_HARNESS_SERVER__ALLOWED_HOSTS', '- a\n- b', 'server.allowed_hosts', ['a', 'b']],
    ['double quotes are taken off', 'CLAUDE_HARNESS_MODELS__DEFAULT', '"1e5"', 'models.default', '1e5'],
    ['single quotes are taken off', 'CLAUDE_HARNESS_MODELS__UNKNOWN', "'null'", 'models.unknown', 'null'],
  ])('%s', (_, name, text, path, expected) => {
    const key = configKeys.find((candidate) => candidate.path === path);
    expect(key && valueOf(load({ env: { [name]: text } }).config, key)).toEqual(expected);
  });

  it('other variables, and undefined ones, do not matter', () => {
    const env = { PATH: '/bin', CLAUDE_HARNESSED: 'x', CLAUDE_HARNESS_SERVER__PORT: undefined };
    expect(load({ env }).sources.size).toBe(0);
  });
});

describe('mistakes in variables', () => {
  it.each([
    ['CLAUDE_HARNESS_SERVER__PROT', '1', 'unknown variable; the nearest known one is CLAUDE_HARNESS_SERVER__PORT'],
    ['CLAUDE_HARNESS_PORT', '1', 'unknown variable; the nearest known one is CLAUDE_HARNESS_SERVER__PORT'],
    [
      'CLAUDE_HARNESS_LIMITS_QUEUE_SIZE',
      '1',
      'unknown variable; the nearest known one is CLAUDE_HARNESS_LIMITS__QUEUE_SIZE',
    ],
    ['CLAUDE_HARNESS_server__port', '1', 'unknown variable; the nearest known one is CLAUDE_HARNESS_SERVER__PORT'],
    ['CLAUDE_HARNESS_CONFIG_FILE', '/x', 'unknown variable; the nearest known one is CLAUDE_HARNESS_CONFIG'],
    ['CLAUDE_HARNESS_', '1', /^unknown variable; the nearest known one is CLAUDE_HARNESS_/],
    ['CLAUDE_HARNESS_SERVER__PORT', '', 'server.port: expected a value, found nothing'],
    ['CLAUDE_HARNESS_CLAUDE__PATH', ' ', 'claude.path: expected a value, found nothing'],
    ['CLAUDE_HARNESS_SERVER__TOKENS', '', 'server.tokens: expected a value, found nothing; write [] for an empty list'],
    ['CLAUDE_HARNESS_CLAUDE__ENV', '', 'claude.env: expected a value, found nothing; write {} for none'],
    ['CLAUDE_HARNESS_SERVER__PORT', '[1]', 'server.port: expected a whole number from 0 to 65535, found [1]'],
    ['CLAUDE_HARNESS_SERVER__PORT', 'null', 'server.port: expected a whole number from 0 to 65535, found nothing'],
    [
      'CLAUDE_HARNESS_SERVER__PORT',
      '9000 # x',
      'server.port: expected a whole number from 0 to 65535, found "9000 # x"',
    ],
    ['CLAUDE_HARNESS_SERVER__ALLOWED_HOSTS', 'a,b', /^server.allowed_hosts\[0\]: expected a host name .*, found a,b$/],
    [
      'CLAUDE_HARNESS_SERVER__ALLOWED_HOSTS',
      '[a',
      /^server.allowed_hosts: expected a list of host names in YAML, such as \[a, b\]; /,
    ],
    [
      'CLAUDE_HARNESS_MODELS__ALIASES',
      'gpt-4o=sonnet',
      'models.aliases: expected a map of names to models, found "gpt-4o=sonnet"',
    ],
    [
      'CLAUDE_HARNESS_MODELS__ALIASES',
      '{a: b, a: c}',
      /^models.aliases: expected a map .* in YAML, such as \{a: b\}; this key is already set/,
    ],
  ])('%s=%s is reported', (name, text, expected) => {
    const [problem = '', ...others] = problemsOf(() => load({ env: { [name]: text } }));
    expect(others).toEqual([]);
    expect(problem.slice(0, `environment ${name}: `.length)).toBe(`environment ${name}: `);
    const message = problem.slice(`environment ${name}: `.length);
    if (typeof expected === 'string') expect(message).toBe(expected);
    else expect(message).toMatch(expected);
  });
});
