import { readFileSync } from 'node:fs';

/**
 * How much memory a process occupies, in bytes; `undefined` where the system does not tell (it is asked on Linux only).
 * The file is the kernel's own memory: to read it takes a tenth of what it takes to hand that to another thread.
 */
export function residentMemory(pid: number | undefined): number | undefined {
  if (pid === undefined) return undefined;
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(statusOf(pid))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/** Empty when there is no such process, or no such system. */
function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}
