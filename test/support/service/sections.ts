import { join } from 'node:path';
import { stringify } from 'yaml';
import type { z } from 'zod';
import { defaultConfig, type Config, type configSchema } from '../../../src/config/schema.ts';
import { cliUnderTest } from '../cli-under-test.ts';
import { workspaceOf } from './home.ts';

export const cheapModel = 'claude-haiku-4-5';

/** What differs from the defaults, as the service has it: durations and sizes are numbers. */
export type ConfigChanges = {
  [Section in keyof Config]?: Config[Section] extends string ? Config[Section] : Partial<Config[Section]>;
};

/** The same as a file has it: durations and sizes have units. */
export type FileSections = z.input<typeof configSchema>;

export interface Surroundings {
  /** Throw-away; no two services share one. */
  home: string;
  /** Where the API is asked, which is never the real one. */
  apiUrl: string;
  /** The program for `claude`; the real one by default. */
  cli?: string | undefined;
}

/** For the environment of a CLI: the API is at `apiUrl`, and the subscription is made up. */
export function loginAt(apiUrl: string): Record<string, string> {
  return {
    ANTHROPIC_BASE_URL: apiUrl,
    CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-made-up',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
  };
}

/**
 * The configuration of a service within this program. Few processes are kept warm, since each costs a test half a second
 * of processor time.
 */
export function configFor(surroundings: Surroundings, changes: ConfigChanges = {}): Config {
  const { home } = surroundings;
  // The home of a program of its own is in its environment; this one has another.
  const own = { claude: { env: { HOME: home } }, state: { path: join(home, 'state/state.db') } };
  const pool = { warm_per_model: 1, max_warm: 2 };
  return [sectionsFor(surroundings), own, { pool }, changes].reduce<Config>(overlay, defaultConfig());
}

/** The configuration file of a service that is a program of its own. */
export function configFileFor(surroundings: Surroundings, sections: FileSections = {}): string {
  return stringify(overlay(sectionsFor(surroundings), sections));
}

function sectionsFor({ home, apiUrl, cli = cliUnderTest }: Surroundings) {
  return {
    server: { port: 0 },
    // A check takes two more processes, and programs that stand for the CLI would not pass it.
    claude: { path: cli, check: false, workspace: workspaceOf(home), env: loginAt(apiUrl) },
    models: { default: cheapModel },
    direct: { base_url: apiUrl },
  };
}

/** What `changes` has counts, section by section and key by key. */
function overlay<Sections extends object>(sections: Sections, changes: object): Sections {
  const overlaid = Object.entries(changes).map(([name, change]: [string, unknown]) => {
    const present = (sections as Record<string, unknown>)[name];
    return [name, isMap(present) && isMap(change) ? overlay(present, change) : change];
  });
  return { ...sections, ...(Object.fromEntries(overlaid) as Partial<Sections>) };
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
