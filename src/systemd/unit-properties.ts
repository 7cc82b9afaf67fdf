import { runProgram } from '../process/run-program.ts';

const timeoutMs = 10_000;

export interface SystemctlOptions {
  /** Ask the manager of the calling user. */
  isUser: boolean;
  env: Readonly<Record<string, string>>;
}

/**
 * Properties of a unit by their names, as `systemctl show` prints them: one that has several values has a line for each.
 * Rejects where systemd does not answer.
 */
export async function unitProperties(
  unit: string,
  names: readonly string[],
  { isUser, env }: SystemctlOptions,
): Promise<ReadonlyMap<string, string>> {
  const args = [...(isUser ? ['--user'] : []), 'show', `--property=${names.join(',')}`, unit];
  const { exit, stdout, stderr } = await runProgram({ path: 'systemctl', args, env }, { timeoutMs });
  if (exit.kind !== 'exited' || exit.code !== 0) throw new Error(`systemctl show ${unit} failed: ${stderr}`);
  const properties = new Map<string, string>();
  for (const line of stdout.split('\n')) {
    const end = line.indexOf('=');
    const name = line.slice(0, end);
    const before = properties.get(name);
    properties.set(name, `${before === undefined ? '' : `${before}\n`}${line.slice(end + 1)}`);
  }
  return properties;
}
