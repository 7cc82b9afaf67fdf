import { runProgram } from './run-program.ts';

/** More than ten times what `--version` (0.1 s) and `auth status` (0.3 s) take on a slow machine. */
const timeoutMs = 15_000;

export interface CliRun {
  stdout: string;
  /** `undefined` when it was killed, or could not be started. */
  exitCode: number | undefined;
}

/** Runs the CLI once for a short answer that needs no network, such as `--version`. Never rejects. */
export async function runCli(
  path: string,
  args: readonly string[],
  env: Record<string, string>,
  signal?: AbortSignal,
): Promise<CliRun> {
  const { exit, stdout } = await runProgram({ path, args, env }, { timeoutMs, signal });
  return { stdout, exitCode: exit.kind === 'exited' ? exit.code : undefined };
}

/** The CLI's version such as `2.1.197`, or `undefined` when it can't be had. */
export async function readCliVersion(
  path: string,
  env: Record<string, string>,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { stdout } = await runCli(path, ['--version'], env, signal);
  return /\d+\.\d+\.\d+\S*/.exec(stdout)?.[0];
}
