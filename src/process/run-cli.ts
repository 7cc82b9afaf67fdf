import { execFile, type ExecFileException } from 'node:child_process';
import type { Writable } from 'node:stream';

/** More than ten times what `--version` (0.1 s) and `auth status` (0.3 s) take on a slow machine. */
const timeoutMs = 15_000;

export interface CliRun {
  stdout: string;
  exitCode: number | undefined;
}

/** Runs the CLI once for a short answer that needs no network, such as `--version`. Never rejects. */
export async function runCli(path: string, args: string[], env: Record<string, string>, cwd?: string): Promise<CliRun> {
  return new Promise((resolve) => {
    try {
      // It only reads: one that does not end in time is not asked to, it is ended.
      const options = { env, cwd, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 1024 * 1024 } as const;
      const child = execFile(path, args, options, (error, stdout) => {
        resolve({ stdout: stdout.trimEnd(), exitCode: exitCodeOf(error) });
      });
      // There is none where no descriptors are left.
      (child.stdin as Writable | undefined)?.end();
    } catch {
      // As where memory is used up; otherwise the callback tells why the program could not be started.
      resolve({ stdout: '', exitCode: undefined });
    }
  });
}

function exitCodeOf(error: ExecFileException | null): number | undefined {
  if (error === null) return 0;
  return typeof error.code === 'number' ? error.code : undefined;
}

/** The CLI's version such as `2.1.197`, or `undefined` when it can't be had. */
export async function readCliVersion(path: string, env: Record<string, string>): Promise<string | undefined> {
  const { stdout } = await runCli(path, ['--version'], env);
  return /\d+\.\d+\.\d+\S*/.exec(stdout)?.[0];
}
