import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { StoredFiles, type StoredFilesOptions } from '../../../src/feature/files/stored-files.ts';
import { SqliteState } from '../../../src/state/sqlite-state.ts';
import { StateFile } from '../../../src/state/state-file.ts';
import { newId } from '../../../src/util/new-id.ts';
import { memoryLog, type MemoryLog } from '../../support/memory-log.ts';

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'harness-files-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** The files of a state file in a folder, as a service has them. */
export function filesAt(
  folder: string,
  changes: Partial<StoredFilesOptions> = {},
): { files: StoredFiles; log: MemoryLog; stateFile: StateFile; close: () => void } {
  const now = changes.now ?? Date.now;
  const log = memoryLog();
  const stateFile = new StateFile({ path: join(folder, 'state.db'), log, now });
  const files = new StoredFiles({
    ...{ state: new SqliteState(stateFile), path: join(folder, 'files'), maxBytes: 1_000_000, maxTotal: 10_000_000 },
    ...{ maxPerClient: 10_000_000, keepMs: 1000, log, now, newId },
    ...changes,
  });
  const close = (): void => {
    files.close();
    stateFile.close();
  };
  onTestFinished(close);
  return { files, log, stateFile, close };
}

/** Every file below a folder, by its path from there. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
