import { execa } from 'execa';

/** More than ten times what `--version` (0.1 s) and `auth status` (0.3 s) take on a slow machine. */
const timeoutMs = 15_000;

export interface CliRun {
  stdout: string;
  exitCode: number | undefined;
}

/** Runs the CLI once for a short answer that needs no network, such as `--version`. Never rejects. */
export async function runCli(path: string, args: string[], env: Record<string, string>, cwd?: string): Promise<CliRun> {
  const result = await execa(path, args, {
    env,
    extendEnv: false,
    ...(cwd === undefined ? {} : { cwd }),
    stdin: 'ignore',
    stderr: 'ignore',
    reject: false,
    timeout: timeoutMs,
    maxBuffer: 1024 * 1024,
  });
  return { stdout: result.stdout, exitCode: result.exitCode };
}

/** The CLI's version such as `2.1.197`, or `undefined` when it can't be had. */
export async function readCliVersion(path: string, env: Record<string, string>): Promise<string | undefined> {
  const { stdout } = await runCli(path, ['--version'], env);
  return /\d+\.\d+\.\d+\S*/.exec(stdout)?.[0];
}
