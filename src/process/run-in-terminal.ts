import { constants } from 'node:os';
import { execa } from 'execa';

/** Runs a program with this one's terminal, folder and environment, to its end; gives its exit code, 128 and the signal's number as shells do. */
export async function runInTerminal(path: string, args: readonly string[]): Promise<number> {
  const result = await execa(path, args, { stdio: 'inherit', reject: false });
  if (result.exitCode !== undefined) return result.exitCode;
  if (result.signal === undefined) throw result;
  return 128 + (constants.signals[result.signal as NodeJS.Signals] ?? 0);
}
