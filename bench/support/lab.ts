import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cliEnvironment } from '../../src/process/environment.ts';
import type { Cleanup } from './cleanup.ts';
import { startStandIn } from './stand-in.ts';

export const model = 'claude-haiku-4-5';

/** What the harness and the bare CLI share, so that they differ in nothing but the harness. */
export interface Lab {
  standInUrl: string;
  /** Throw-away; also what the harness and the CLI take for the user's home. */
  home: string;
  /** The empty folder that the CLI runs in. */
  workspace: string;
  tmp: string;
  /** `claude.env` of the harness. */
  claudeEnv: Record<string, string>;
  /** The environment that the harness gives to its CLI processes. */
  cliEnv: Record<string, string>;
  cleanup: Cleanup;
}

/** The harness's default for `claude.max_retries`. */
const maxRetries = 2;

/** With a stand-in of its own in another process, unless there is one at `apiUrl`. */
export async function openLab(cleanup: Cleanup, apiUrl?: string): Promise<Lab> {
  const home = mkdtempSync(join(tmpdir(), 'harness-bench-'));
  cleanup.defer(() => {
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  });
  const workspace = join(home, 'workspace');
  const tmp = join(home, 'tmp');
  mkdirSync(workspace);
  mkdirSync(tmp);
  const standInUrl = apiUrl ?? (await startStandIn(cleanup));
  const claudeEnv = {
    ANTHROPIC_BASE_URL: standInUrl,
    CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-made-up-for-the-bench',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
  };
  const from = { PATH: process.env['PATH'], HOME: home };
  const cliEnv = { ...cliEnvironment({ auth: 'subscription', maxRetries, extra: claudeEnv, from }), TMPDIR: tmp };
  return { standInUrl, home, workspace, tmp, claudeEnv, cliEnv, cleanup };
}
