import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { defaultConfig, type Config } from '../../src/config/schema.ts';
import { createService, type Service } from '../../src/service.ts';
import { startStandIn, type StandIn } from '../../src/stand-in/stand-in.ts';
import type { BehaviourSource } from '../../src/stand-in/behaviour.ts';
import { cliUnderTest } from './cli-under-test.ts';
import { memoryLog, type MemoryLog } from './memory-log.ts';

export type ConfigChanges = {
  [Section in keyof Config]?: Config[Section] extends string ? Config[Section] : Partial<Config[Section]>;
};

export interface Harness {
  url: string;
  home: string;
  service: Service;
  standIn: StandIn;
  log: MemoryLog;
  client: OpenAI;
  /** Under `/api`. */
  directClient: OpenAI;
  /** How many CLI processes of this harness are alive. */
  processes: () => number;
  stop: () => Promise<void>;
}

/** For `direct.api_key_env`; the variable holds a made-up key. */
export const apiKeyVariable = 'HARNESS_TEST_API_KEY';
export const madeUpKey = 'sk-ant-api03-made-up';
process.env[apiKeyVariable] = madeUpKey;

/** Turns on the direct backend, which asks the same stand-in. */
export const withDirect = { direct: { api_key_env: apiKeyVariable } } satisfies ConfigChanges;

export const cheapModel = 'claude-haiku-4-5';

/**
 * A whole service in this process, with the real CLI against a stand-in for the API, a home of its own and a made-up
 * subscription token. Few processes are kept warm, since each costs a test half a second of processor time.
 */
export async function startHarness(behaviour?: BehaviourSource, changes: ConfigChanges = {}): Promise<Harness> {
  const home = mkdtempSync(join(tmpdir(), 'harness-test-'));
  const standIn = await startStandIn(behaviour === undefined ? {} : { behaviour });
  const log = memoryLog();
  const service = createService(testConfig(home, standIn.url, changes), log);
  const { host, port } = await service.start();
  await service.settled;
  const url = `http://${host}:${port}`;
  return {
    url,
    home,
    service,
    standIn,
    log,
    client: new OpenAI({ baseURL: `${url}/v1`, apiKey: 'any', maxRetries: 0 }),
    directClient: new OpenAI({ baseURL: `${url}/api/v1`, apiKey: 'any', maxRetries: 0 }),
    processes: () => countProcesses(home),
    async stop() {
      await service.stop();
      await standIn.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export function testConfig(home: string, apiUrl: string, changes: ConfigChanges): Config {
  const defaults = defaultConfig();
  return {
    ...defaults,
    server: { ...defaults.server, port: 0, ...changes.server },
    claude: {
      ...defaults.claude,
      path: cliUnderTest,
      workspace: join(home, 'workspace'),
      ...changes.claude,
      env: {
        HOME: home,
        ANTHROPIC_BASE_URL: apiUrl,
        CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-made-up',
        DISABLE_TELEMETRY: '1',
        DISABLE_ERROR_REPORTING: '1',
        ...changes.claude?.env,
      },
    },
    models: { ...defaults.models, default: cheapModel, ...changes.models },
    direct: { ...defaults.direct, base_url: apiUrl, ...changes.direct },
    pool: { ...defaults.pool, warm_per_model: 1, max_warm: 1, ...changes.pool },
    limits: { ...defaults.limits, ...changes.limits },
    state: { path: join(home, 'state/state.db'), ...changes.state },
    responses: { ...defaults.responses, ...changes.responses },
    logging: { ...defaults.logging, ...changes.logging },
    unsupported_params: changes.unsupported_params ?? defaults.unsupported_params,
    reasoning: changes.reasoning ?? defaults.reasoning,
    fallback: changes.fallback ?? defaults.fallback,
  };
}

/** How many processes have this home. */
export function countProcesses(home: string): number {
  return processesOf(home).length;
}

/** Linux only: processes are told by the home in their environment, which no other harness shares. */
export function processesOf(home: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && environmentOf(entry).includes(`HOME=${home}\0`))
    .map(Number);
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    // It ended between the listing and the look, or is another user's.
    return '';
  }
}
