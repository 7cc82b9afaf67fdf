import { HarnessError } from '../core/errors.ts';
import { spawnCli, startError, type CliProcess } from '../process/cli-process.ts';
import { errorLogArguments } from '../process/error-log.ts';
import { markerVariable } from '../process/sweep-processes.ts';
import { clientServer } from './called-tool.ts';
import type { AgentLaunch } from './launch.ts';

export interface StartCliOptions {
  path: string;
  launch: AgentLaunch;
  /** In the environment of all that the process starts. */
  marker: string;
  errorLog: string;
  hasCustomTools: boolean;
  maxCostUsd: number | undefined;
  onStderr?: ((text: string) => void) | undefined;
}

/** `setTimeout` takes no more, and the CLI passes it on: nearly 25 days (2.1.197 and 2.1.332). */
const longestTimeoutMs = 2 ** 31 - 1;

export function startCli(options: StartCliOptions): CliProcess {
  const { path, launch, marker, errorLog, hasCustomTools, maxCostUsd, onStderr } = options;
  const args = [
    ...launch.args,
    ...errorLogArguments(errorLog),
    // The client decides about its tools by running them, or not.
    ...(hasCustomTools ? ['--allowedTools', `mcp__${clientServer}`] : []),
    ...(maxCostUsd === undefined ? [] : ['--max-budget-usd', String(maxCostUsd)]),
  ];
  const env = {
    ...launch.env,
    [markerVariable]: marker,
    // A client may answer a call after hours.
    MCP_TOOL_TIMEOUT: String(longestTimeoutMs),
  };
  return spawnCli({ path, args, env, cwd: launch.cwd, ...(onStderr && { onStderr }) });
}

/** What a start fails with that is about the session's transcript. */
const transcriptProblem = /No conversation found with session ID|Session ID .* is already in use/;

/** Waits for `starting`, but no longer than the process lives, or than `timeoutMs`. */
export async function untilStarted(cli: CliProcess, starting: Promise<unknown>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, 'late');
  });
  const exited = cli.exited.then((exit) => ({ exit }));
  const outcome = await Promise.race([starting.then(() => 'started' as const), exited, late]).finally(() => {
    clearTimeout(timer);
  });
  if (outcome === 'started') return;
  const { stderrTail } = cli;
  if (outcome === 'late') {
    const message = `The claude CLI did not start within ${Math.ceil(timeoutMs / 1000)} s; \`claude-harness doctor\` on the server says more.`;
    throw new HarnessError('CLI_FAILED', message, { stderrTail });
  }
  if (transcriptProblem.test(stderrTail)) throw transcriptError();
  throw startError(outcome.exit, stderrTail);
}

/** The session cannot go on. Nothing that the client sends changes that. */
export function transcriptError(): HarnessError {
  const message =
    'The claude CLI has no transcript of this session any more, or cannot read it, so the session cannot go on; start another one.';
  return new HarnessError('SESSION_CONFLICT', message);
}
