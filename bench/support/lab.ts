import { mkdirSync } from 'node:fs';
import { cliEnvironment } from '../../src/process/environment.ts';
import type { Cleanup } from '../../test/support/cleanup.ts';
import { makeHome, makeTmp, workspaceOf } from '../../test/support/service/home.ts';
import { cheapModel, loginAt } from '../../test/support/service/sections.ts';
import { startStandIn } from './stand-in.ts';

export const model = cheapModel;

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
  const home = makeHome(cleanup, 'harness-bench-');
  const workspace = workspaceOf(home);
  const tmp = makeTmp(home);
  mkdirSync(workspace);
  const standInUrl = apiUrl ?? (await startStandIn(cleanup));
  const claudeEnv = loginAt(standInUrl);
  const from = { PATH: process.env['PATH'], HOME: home };
  const cliEnv = { ...cliEnvironment({ auth: 'subscription', maxRetries, extra: claudeEnv, from }), TMPDIR: tmp };
  return { standInUrl, home, workspace, tmp, claudeEnv, cliEnv, cleanup };
}
