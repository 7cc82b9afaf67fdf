import { describe, expect, it } from 'vitest';
import { configKeys } from '../../src/config/keys.ts';
import { LiveConfig } from '../../src/config/live-config.ts';
import { isReloadable } from '../../src/config/reloadable.ts';
import { valueOf } from '../../src/config/render-yaml.ts';
import { configSchema, type Config } from '../../src/config/schema.ts';
import { hashToken } from '../../src/util/token-hash.ts';

const configOf = (written: object): Config => configSchema.parse(written);
const token = hashToken('right');

/** Another value than the default of each key that can change while the service runs. */
const others: Record<string, unknown> = {
  'server.tokens': [token],
  'models.default': 'opus',
  'models.aliases': { 'gpt-4o': 'sonnet' },
  'models.unknown': 'haiku',
  'models.effort': 'high',
  'models.direct': ['claude-opus-*'],
  'limits.concurrent_turns': 3,
  'limits.queue_size': 7,
  'limits.queue_timeout': '5s',
  'limits.turn_timeout': '1m',
  'limits.idle_timeout': '20s',
  'limits.max_choices': 2,
  'limits.plan_limit_status': 503,
  'limits.reserve': { five_hour: '10%' },
  'limits.shutdown_grace': '1s',
  unsupported_params: 'reject',
  reasoning: 'hidden',
};

/** A file with one key, and the API key that some need. */
function withKey(path: string, value: unknown): object {
  const [section = '', name] = path.split('.');
  return { direct: { api_key_env: 'KEY' }, [section]: name === undefined ? value : { [name]: value } };
}

describe('the configuration of a service that runs', () => {
  it('there is another value here for each key that it takes', () => {
    expect(Object.keys(others).toSorted()).toEqual(
      configKeys
        .filter(isReloadable)
        .map(({ path }) => path)
        .toSorted(),
    );
  });

  it.each(Object.entries(others))('%s is another one from then on', (path, value) => {
    const live = new LiveConfig(configOf({ direct: { api_key_env: 'KEY' } }));
    const next = configOf(withKey(path, value));
    const key = configKeys.find((candidate) => candidate.path === path);
    if (key === undefined) throw new Error(`no key ${path}`);
    const section = key.section === undefined ? live.view : Object.values(live.view)[sectionIndex(key.section)];
    expect(live.take(next)).toEqual({ taken: [path], pending: [] });
    expect(valueOf(live.view, key)).toEqual(valueOf(next, key));
    // Also for who has held on to the section.
    expect((section as Record<string, unknown>)[key.name]).toEqual(valueOf(next, key));
    expect(live.take(configOf({ direct: { api_key_env: 'KEY' } }))).toEqual({ taken: [path], pending: [] });
  });

  it('keeps the others as they were at the start, and says each time which differ from that', () => {
    const live = new LiveConfig(configOf({ server: { port: 1 } }));
    const next = configOf({ server: { port: 2 }, pool: { max_warm: 1 }, limits: { queue_size: 7 } });
    expect(live.take(next)).toEqual({ taken: ['limits.queue_size'], pending: ['server.port', 'pool.max_warm'] });
    expect(live.take(next)).toEqual({ taken: [], pending: ['server.port', 'pool.max_warm'] });
    expect([live.view.server.port, live.view.pool.max_warm, live.view.limits.queue_size]).toEqual([1, 4, 7]);
    expect(live.take(configOf({ server: { port: 1 } }))).toEqual({ taken: ['limits.queue_size'], pending: [] });
  });

  it('agents that are new, gone or different wait for the next start', () => {
    const agents = (...names: string[]) => ({
      agents: Object.fromEntries(
        names.map((name) => [name, { workspaces: [{ path: `/srv/${name}` }], tools: ['read'] }]),
      ),
    });
    const live = new LiveConfig(configOf(agents('stays', 'goes')));
    expect(live.take(configOf(agents('stays', 'comes'))).pending).toEqual(['agents.goes', 'agents.comes']);
  });

  it('a value that does not change stays the same object, so that what is made of it is kept', () => {
    const live = new LiveConfig(configOf({ server: { tokens: [token] } }));
    const { tokens } = live.view.server;
    live.take(configOf({ server: { tokens: [token] }, pool: { max_warm: 1 } }));
    expect(live.view.server.tokens).toBe(tokens);
  });
});

function sectionIndex(name: string): number {
  return Object.keys(configOf({})).indexOf(name);
}
