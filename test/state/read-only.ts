import { chmodSync } from 'node:fs';
import { dirname } from 'node:path';

const nobody = 65_534;

/** For everybody to read, in folders where everybody may make files, as SQLite does beside the file. */
export function makeReadOnly(path: string): void {
  chmodSync(path, 0o444);
  chmodSync(dirname(path), 0o777);
  chmodSync(dirname(dirname(path)), 0o755);
}

/** Root may write whatever the mode says, so that the work is another user's where root runs the tests. */
export function asOrdinaryUser<T>(work: () => T): T {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(nobody);
  try {
    return work();
  } finally {
    process.seteuid?.(0);
  }
}
