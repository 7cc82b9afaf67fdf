import { readFile } from 'node:fs/promises';

/** How much memory a process occupies, in bytes; `undefined` where the system does not tell (it is asked on Linux only). */
export async function residentMemory(pid: number | undefined): Promise<number | undefined> {
  if (pid === undefined) return undefined;
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}
