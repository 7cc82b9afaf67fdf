import { runProgram } from '../process/run-program.ts';

const timeoutMs = 10_000;

export interface SystemctlOptions {
  /** Ask the manager of the calling user. */
  isUser: boolean;
  env: Readonly<Record<string, string>>;
}

/** Properties of a unit by their names, as `systemctl show` prints them. Rejects where systemd does not answer. */
export async function unitProperties(
  unit: string,
  names: readonly string[],
  { isUser, env }: SystemctlOptions,
): Promise<ReadonlyMap<string, string>> {
  const args = [...(isUser ? ['--user'] : []), 'show', `--property=${names.join(',')}`, unit];
  const { exit, stdout, stderr } = await runProgram({ path: 'systemctl', args, env }, { timeoutMs });
  if (exit.kind !== 'exited' || exit.code !== 0) throw new Error(`systemctl show ${unit} failed: ${stderr}`);
  return new Map(
    stdout.split('\n').map((line) => {
      const end = line.indexOf('=');
      return [line.slice(0, end), line.slice(end + 1)] as const;
    }),
  );
}
