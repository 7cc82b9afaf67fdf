import { join } from 'node:path';
import { expect, it } from 'vitest';
import { backupCommand } from '../../../src/command/state/backup.ts';
import { defaultConfig, type Config } from '../../../src/config/schema.ts';
import { draft, pieces } from '../../feature/files/content.ts';
import { filesAt, filesBelow, temporaryFolder } from '../../feature/files/files-at.ts';
import { memoryLog } from '../../support/memory-log.ts';

const url = 'postgres://harness:hunter2@db.example/harness';

async function backUp(changes: Partial<Config> = {}) {
  const [folder, target] = [temporaryFolder(), join(temporaryFolder(), 'backup')];
  await filesAt(folder).files.add('me', draft, pieces('a'));
  const printed: string[] = [];
  const exitCode = await backupCommand(target, {
    config: { ...defaultConfig(), ...changes },
    usualStatePath: join(folder, 'state.db'),
    log: memoryLog(),
    print: (text) => printed.push(text),
    progress: { write: () => undefined, isTerminal: false, ticks: () => 0 },
  });
  return { folder, target, exitCode, printed };
}

it('a backup has the state file, and the contents of files', async () => {
  const { folder, target, exitCode, printed } = await backUp();
  expect(exitCode).toBe(0);
  expect(printed).toEqual([`${target}/state.db and the contents of 1 files are in ${target}.\n`]);
  const contents = filesBelow(join(folder, 'files')).filter((path) => !path.startsWith('incoming/'));
  expect(filesBelow(join(target, 'files'))).toEqual(contents);
});

it('what is in a database is backed up by its own tools, which is said', async () => {
  const place = 'What is in the database db.example:5432/harness is not among it: copy that with pg_dump';
  expect((await backUp({ state: { url } })).printed[1]).toBe(`${place}.\n`);
  const { files } = defaultConfig();
  const shared = { state: { url }, files: { ...files, shared: true, path: '/srv/files' } };
  expect((await backUp(shared)).printed[1]).toBe(`${place}, and then the folder /srv/files.\n`);
});
