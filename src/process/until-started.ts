import { HarnessError } from '../core/errors.ts';
import { startError, type CliProcess } from './cli-process.ts';

/** Waits for `starting`, but no longer than the process lives, or than `timeoutMs`. Throws `CLI_FAILED` or `CLI_MISSING`. */
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
  if (outcome !== 'late') throw startError(outcome.exit, stderrTail);
  const message = `The claude CLI did not start within ${Math.ceil(timeoutMs / 1000)} s; \`claude-harness doctor\` on the server says more.`;
  throw new HarnessError('CLI_FAILED', message, { stderrTail });
}
