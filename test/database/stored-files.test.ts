import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { StoredFiles, type StoredFilesOptions } from '../../src/feature/files/stored-files.ts';
import type { SharedState } from '../../src/state/shared-state.ts';
import { newId } from '../../src/util/new-id.ts';
import { draft, pieces } from '../feature/files/content.ts';
import { filesBelow, temporaryFolder } from '../feature/files/files-at.ts';
import { describeStoredFiles } from '../feature/files/stored-files-cases.ts';
import { countRows } from '../state/open-shared.ts';
import { memoryLog } from '../support/memory-log.ts';
import { query } from '../support/postgres/open-postgres.ts';
import { openPostgres } from './open-postgres-state.ts';

function filesOf(state: SharedState, folder: string, changes: Partial<StoredFilesOptions> = {}): StoredFiles {
  const files = new StoredFiles({
    ...{ state, path: join(folder, 'files'), maxBytes: 1_000_000, maxTotal: 10_000_000 },
    ...{ maxPerClient: 10_000_000, keepMs: 1000, log: memoryLog(), now: Date.now, newId, isShared: true },
    ...changes,
  });
  onTestFinished(() => {
    files.close();
  });
  return files;
}

describeStoredFiles(async (folder, changes) => ({ files: filesOf((await openPostgres()).state, folder, changes) }));

it('services that add and delete the same content at once leave rows and contents in step', async () => {
  const folder = temporaryFolder();
  const opened = await openPostgres();
  const services = [opened.state, opened.again()].map((state) => filesOf(state, folder));
  const contents = (): string[] => filesBelow(join(folder, 'files')).filter((path) => !path.startsWith('incoming/'));
  const addAndDelete = async (files: StoredFiles): Promise<void> => {
    for (let round = 0; round < 8; round += 1) {
      const { id } = await files.add('me', draft, pieces('same'));
      expect(contents()).toHaveLength(1);
      await files.delete('me', id);
    }
  };
  await Promise.all([...services, ...services].map(addAndDelete));
  expect([contents(), await countRows(opened, 'files'), await countRows(opened, 'file_contents')]).toEqual([[], 0, 0]);
  expect(await query(opened.url, 'SELECT sum(bytes)::int AS bytes FROM file_sums')).toEqual([{ bytes: 0 }]);
});

it('a file has no place where those of another service leave none', async () => {
  const folder = temporaryFolder();
  const opened = await openPostgres();
  const limits = { maxPerClient: 8192 };
  const [one, other] = [filesOf(opened.state, folder, limits), filesOf(opened.again(), folder, limits)];
  await one.add('me', draft, pieces('a'));
  await other.add('me', draft, pieces('b'));
  await expect(one.add('me', draft, pieces('c'))).rejects.toMatchObject({ code: 'FILES_FULL' });
});

it('a service whose folder is not the one that others have leaves their files alone', async () => {
  const opened = await openPostgres();
  const folder = temporaryFolder();
  const [one, other] = [filesOf(opened.state, folder), filesOf(opened.again(), temporaryFolder())];
  // With no files at all, it makes a folder of its own.
  const { id: gone } = await other.add('me', draft, pieces('a'));
  await other.delete('me', gone);
  const { id } = await one.add('me', draft, pieces('b'));
  while (await other.prune());
  expect(await one.describe('me', id)).toBeDefined();
  expect(filesBelow(join(folder, 'files')).filter((path) => !path.startsWith('incoming/'))).toHaveLength(1);
});
