import { HarnessError } from '../core/errors.ts';
import { spawnCli, type CliProcess } from '../process/cli-process.ts';
import { errorLogArguments } from '../process/error-log.ts';
import { markerVariable } from '../process/sweep-processes.ts';
import { untilStarted } from '../process/until-started.ts';
import { longestDelayMs } from '../util/timer-delay.ts';
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
    // A client may answer a call after days; the CLI passes it on to `setTimeout` (2.1.197 and 2.1.332).
    MCP_TOOL_TIMEOUT: String(longestDelayMs),
  };
  return spawnCli({ path, args, env, cwd: launch.cwd, ...(onStderr && { onStderr }) });
}

/** What a start fails with that is about the session's transcript. */
const transcriptProblem = /No conversation found with session ID|Session ID .* is already in use/;

/** Waits until the process has what its session is. Throws `SESSION_CONFLICT` where that is not to be had from its transcript. */
export async function untilInitialized(
  cli: CliProcess,
  initializing: Promise<unknown>,
  timeoutMs: number,
): Promise<void> {
  try {
    await untilStarted(cli, initializing, timeoutMs);
  } catch (error) {
    throw transcriptProblem.test(cli.stderrTail) ? transcriptError() : error;
  }
}

/** The session cannot go on. Nothing that the client sends changes that. */
export function transcriptError(): HarnessError {
  const message =
    'The claude CLI has no transcript of this session any more, or cannot read it, so the session cannot go on. Create another one that has its past: POST /v1/sessions with its id as fork_from, or claude-harness sessions fork.';
  return new HarnessError('SESSION_CONFLICT', message);
}
