import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts in ticks of 10 ms for every program (USER_HZ), on all architectures that Node runs on. */
const msPerTick = 10;

/**
 * User and system time of a process so far, with all its threads, ended ones too, and without its children. Source:
 * proc(5), `/proc/<pid>/stat`, fields 14 and 15.
 */
export function cpuMs(pid: number): number {
  const [user, system] = cpuTicks(pid);
  return (user + system) * msPerTick;
}

/** The same of all children that have ended and were waited for, with theirs: fields 16 and 17. */
export function childCpuMs(pid = process.pid): number {
  const [, , user, system] = cpuTicks(pid);
  return (user + system) * msPerTick;
}

function cpuTicks(pid: number): [number, number, number, number] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in brackets, with any characters in it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return [Number(fields[11]), Number(fields[12]), Number(fields[13]), Number(fields[14])];
}

/** Resident memory of a process, its children not included. */
export function residentMb(pid: number): number {
  // One that has ended and was not waited for yet has no such line.
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0;
  return Number(kilobytes) / 1024;
}

/** The processes that a process has started and that are not gone, whichever of its threads has started them. */
export function childrenOf(pid: number): number[] {
  const lists = readdirSync(`/proc/${pid}/task`).map((thread) =>
    ofLiving(() => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')),
  );
  return lists.flatMap((list = '') => list.split(' ').filter(Boolean).map(Number));
}

/** Processor time so far of a process and of its children, ended ones too. */
export function cpuMsWithChildren(pid: number): number {
  return sumOf([pid, ...childrenOf(pid)], (one) => cpuMs(one) + childCpuMs(one));
}

/** Sums over processes, of which those count for nothing that end meanwhile. */
export function sumOf(pids: readonly number[], of: (pid: number) => number): number {
  return pids.reduce((sum, pid) => sum + (ofLiving(() => of(pid)) ?? 0), 0);
}

/** What is read of a process; `undefined` where it has ended between the look at the list and the look at it. */
function ofLiving<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}
