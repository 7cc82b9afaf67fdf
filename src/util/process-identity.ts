import { readFileSync, readlinkSync } from 'node:fs';
import { randomUUID } from 'node:crypto';

/**
 * A name for this process that no other has, by which others on the machine can tell whether it is gone: a number of a
 * process alone is soon another's.
 */
export function processIdentity(): string {
  return [namespaceOf(), process.pid, startedAt(process.pid) ?? '', randomUUID()].join('/');
}

/** Whether the process of an identity is surely gone; false where this can't be known, as on another machine. */
export function isGone(identity: string): boolean {
  const [namespace = '', pid = '', start = ''] = identity.split('/');
  if (start === '' || namespace === '' || namespace !== namespaceOf()) return false;
  return startedAt(Number(pid)) !== start;
}

/** The boot of the machine, and the namespace of its process numbers; empty where the system has no such thing. */
function namespaceOf(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return '';
  }
}

/** When a process was started, in ticks since the boot; undefined where there is none, or only what is left of it. */
function startedAt(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program, in parentheses, may contain anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
