import { readdirSync, readFileSync } from 'node:fs';

export interface RunningProcess {
  pid: number;
  parent: number;
  group: number;
  session: number;
}

/** All processes of the machine, but for those that have ended and are yet to be reaped. Empty where there is no `/proc`. */
export function listProcesses(): RunningProcess[] {
  return read(() => readdirSync('/proc'), []).flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const stat = read(() => readFileSync(`/proc/${name}/stat`, 'utf8'), '');
    // The name of the program, in brackets, may contain anything.
    const [state, parent, group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === undefined || state === '' || state === 'Z' || state === 'X') return [];
    return [{ pid: Number(name), parent: Number(parent), group: Number(group), session: Number(session) }];
  });
}

/** Whether a process was started with `NAME=value`, the `entry`, in its environment. */
export function hasInEnvironment(pid: number, entry: string): boolean {
  return `\0${read(() => readFileSync(`/proc/${pid}/environ`, 'utf8'), '')}`.includes(`\0${entry}\0`);
}

/** A process may end at any moment, and those of other users are none of ours. */
function read<T>(from: () => T, otherwise: T): T {
  try {
    return from();
  } catch {
    return otherwise;
  }
}
