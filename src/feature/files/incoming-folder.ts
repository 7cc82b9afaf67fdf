import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createLock, takeLock, type ProcessLock } from '../../state/process-lock.ts';

const lockSuffix = '.lock';
const partSuffix = '.part';

/**
 * Where contents are until they are kept, and again when they go. What is in it belongs to the service whose lock is
 * beside it: `ID.lock` and `ID.1.part`. Several services share the folder; what a dead one has left is removed.
 */
export class IncomingFolder {
  readonly #path: string;
  readonly #newId: () => string;
  #own: { id: string; lock: ProcessLock } | undefined;
  #count = 0;

  /** `newId`: 32 hex digits. */
  constructor(path: string, newId: () => string) {
    this.#path = path;
    this.#newId = newId;
  }

  /** The path of a file that does not exist so far. */
  newPath(): string {
    const { id } = this.#ownLock();
    this.#count += 1;
    return join(this.#path, `${id}.${this.#count}${partSuffix}`);
  }

  /** Removes what services have left that are no more. */
  sweep(): void {
    const names = this.#names();
    const ids = new Set(names.map((name) => name.split('.')[0] ?? ''));
    for (const id of ids) this.#removeIfDead(id, names);
  }

  /** Nothing of this service is written or read any more. */
  close(): void {
    if (this.#own === undefined) return;
    this.#removeAll(this.#own.id, this.#names());
    this.#own.lock.release();
    this.#own = undefined;
  }

  #ownLock(): { id: string } {
    // Somebody may have removed the folder.
    if (this.#own !== undefined && !existsSync(join(this.#path, this.#own.id + lockSuffix))) this.close();
    this.#own ??= this.#open();
    return this.#own;
  }

  #names(): string[] {
    return existsSync(this.#path) ? readdirSync(this.#path) : [];
  }

  #open(): { id: string; lock: ProcessLock } {
    mkdirSync(this.#path, { recursive: true, mode: 0o700 });
    for (;;) {
      const id = this.#newId();
      const lock = createLock(join(this.#path, id + lockSuffix));
      if (lock !== undefined) return { id, lock };
    }
  }

  #removeIfDead(id: string, names: readonly string[]): void {
    if (id === this.#own?.id) return;
    const lockPath = join(this.#path, id + lockSuffix);
    const lock = takeLock(lockPath);
    // A part without a lock is nobody's: the lock comes first and goes last.
    if (lock === undefined && existsSync(lockPath)) return;
    this.#removeAll(id, names);
    lock?.release();
  }

  #removeAll(id: string, names: readonly string[]): void {
    for (const name of names) {
      if (name.startsWith(`${id}.`) && name.endsWith(partSuffix)) rmSync(join(this.#path, name), { force: true });
    }
    rmSync(join(this.#path, id + lockSuffix), { force: true });
  }
}
