import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { onTestFinished } from 'vitest';
import { StateFile } from '../../src/state/state-file.ts';
import { temporaryDir } from '../process/fixture.ts';
import { memoryLog, type MemoryLog } from '../support/memory-log.ts';

export interface OpenState {
  path: string;
  file: StateFile;
  log: MemoryLog;
  clock: { now: number };
}

export interface OpenStateOptions {
  /** In a directory that goes with the test when absent. */
  path?: string;
  migrations?: readonly string[];
}

/** A state file with a clock that stands still; closed with the test. */
export function openState({ path = statePath(), migrations }: OpenStateOptions = {}): OpenState {
  const log = memoryLog();
  const clock = { now: Date.UTC(2026, 0, 2, 3, 4, 5) };
  const file = new StateFile({
    path,
    log,
    now: () => clock.now,
    ...(migrations === undefined ? {} : { migrations }),
  });
  onTestFinished(() => {
    file.close();
  });
  return { path, file, log, clock };
}

setFlagsFromString('--expose-gc');
export const collectGarbage = runInNewContext('gc') as () => void;

/** Closes what was let go of, as the end of a process would: closed connections live on in their statements. */
export async function processEnds(): Promise<void> {
  // What holds them is collected in steps.
  for (let round = 0; round < 3; round += 1) {
    collectGarbage();
    await setImmediate();
  }
}

export function statePath(): string {
  return join(temporaryDir(), 'state/state.db');
}

/** A table of texts, for tests of the file itself. */
export const notes = ['CREATE TABLE notes (text TEXT NOT NULL) STRICT'];

export function addNote({ file }: OpenState, text: string): void {
  file.write((database) => database.prepare('INSERT INTO notes VALUES (?)').run(text));
}

export function readNotes({ file }: OpenState): string[] {
  return file.read((database) => database.prepare('SELECT text FROM notes').pluck().all() as string[]);
}

/** The message of what it throws. */
export function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  throw new Error('it did not fail');
}
