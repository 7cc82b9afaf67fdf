import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { onLine } from './on-line.ts';

/**
 * Gives what `match` finds first in the lines of a child's output, which is read to its end so that the child never
 * waits for us. Rejects, with the last of the output, when the child ends before that.
 */
export function firstLine<T>(
  child: ChildProcess & { stdout: Readable },
  match: (line: string) => T | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const seen: string[] = [];
    onLine(child.stdout, (line) => {
      const found = match(line);
      if (found !== undefined) resolve(found);
      if (seen.push(line) > 20) seen.shift();
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      reject(new Error(`${child.spawnfile} ended with ${signal ?? String(code)}:\n${seen.join('\n')}`));
    });
  });
}
