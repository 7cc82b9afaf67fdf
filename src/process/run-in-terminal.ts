import { constants } from 'node:os';
import { execa } from 'execa';

/** Runs a program with this one's terminal, folder and environment, and `env` besides; gives its exit code as shells do. */
export async function runInTerminal(
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<number> {
  const result = await execa(path, args, { stdio: 'inherit', reject: false, env });
  if (result.exitCode !== undefined) return result.exitCode;
  if (result.signal !== undefined) return 128 + constants.signals[result.signal];
  throw new Error(`${path} could not be started`, { cause: result.cause });
}
