import { readFileSync } from 'node:fs';

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
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}
