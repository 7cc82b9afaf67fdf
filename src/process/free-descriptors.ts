import { closeSync, openSync } from 'node:fs';

/**
 * A start takes eight: three pipes, and one by which the child reports that it could not become the program. The rest is
 * for the threads that open files at the same moment.
 */
const neededFds = 16;

/**
 * Throws `EMFILE` or `ENFILE` where descriptors are used up. Node gives a child without streams then, which execa (9.6.1)
 * does not expect: it throws, and the child's own `error` event, which nobody listens for, ends the program.
 */
export function assertFreeDescriptors(): void {
  const opened: number[] = [];
  try {
    while (opened.length < neededFds) opened.push(openSync('/dev/null', 'r'));
  } catch (error) {
    // Any other reason not to open the file says nothing about descriptors.
    if (isUsedUp(error)) throw error;
  } finally {
    for (const fd of opened) closeSync(fd);
  }
}

function isUsedUp(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EMFILE' || code === 'ENFILE';
}
