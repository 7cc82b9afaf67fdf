import type { CommandRun, OwnerCommand } from '../../core/owner-controls.ts';
import { runProgram } from '../../process/run-program.ts';

const argsOf: Readonly<Record<OwnerCommand, readonly string[]>> = {
  version: ['--version'],
  'auth status': ['auth', 'status', '--json'],
  // It reads the settings of the folder that it runs in, which is the empty one. 2.1.197 waits for a key, and is ended.
  doctor: ['doctor'],
};

export interface RunCommandOptions {
  path: string;
  env: Readonly<Record<string, string>>;
  cwd: string;
  timeoutMs: number;
  signal: AbortSignal;
}

/** Runs one of the few commands that only report. Never rejects. */
export async function runCommand(
  command: OwnerCommand,
  { path, env, cwd, timeoutMs, signal }: RunCommandOptions,
): Promise<CommandRun> {
  const startedAt = performance.now();
  const { exit, stdout, stderr } = await runProgram({ path, args: argsOf[command], env, cwd }, { timeoutMs, signal });
  if (exit.kind === 'exited') {
    return { status: exit.code === 0 ? 'success' : 'error', exitCode: exit.code, stdout, stderr };
  }
  if (exit.kind === 'not_started') return { status: 'error', stdout, stderr: exit.error.message };
  return { status: performance.now() - startedAt >= timeoutMs ? 'timeout' : 'error', stdout, stderr };
}
