import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { firstLine } from '../support/first-line.ts';
import { root } from '../support/root.ts';
import { draft, pieces } from '../feature/files/content.ts';
import { filesAt, filesBelow, temporaryFolder } from '../feature/files/files-at.ts';

const program = (name: string): string[] => ['--import', 'tsx', join(root, 'test/faults', name)];

/** What a program that was killed at a step has been told, line by line; all of it where it has so many steps no more. */
async function runUntil(step: number, folder: string): Promise<string[]> {
  const args = [...program('killed-files.ts'), folder, String(step)];
  const { stdout } = await promisify(execFile)(process.execPath, args).catch((error: unknown) => {
    expect(error).toMatchObject({ signal: 'SIGKILL' });
    return error as { stdout: string };
  });
  return stdout.trimEnd().split('\n');
}

/** What a service finds after its sweep: the files, and what is on the disk. */
async function afterSweep(folder: string) {
  const { files, close } = filesAt(folder);
  while (await files.prune());
  const { data } = await files.list('me', { limit: 100, order: 'asc' });
  const contents = new Map<string, string>();
  for (const { id } of data) contents.set(id, await text((await files.read('me', id)).content));
  const onDisk = filesBelow(join(folder, 'files')).filter((path) => !path.endsWith('.lock'));
  close();
  const left = filesBelow(join(folder, 'files')).filter((path) => path.startsWith('incoming/'));
  return { contents, hashes: new Set(data.map(({ sha256 }) => sha256)), onDisk, left };
}

it('whenever the service is killed, the next one finds rows and contents in step, and all that was said', async () => {
  let steps = 0;
  for (let step = 1; ; step++) {
    const folder = temporaryFolder();
    const lines = await runUntil(step, folder);
    const { contents, hashes, onDisk, left } = await afterSweep(folder);
    expect(onDisk.map((path) => path.split('/').at(-1)).sort(), `step ${step}`).toEqual([...hashes].sort());
    expect(left, `step ${step}`).toEqual([]);
    const told = lines.map((line) => line.split(' '));
    const deleted = told.filter(([what]) => what === 'deleted').map(([, id]) => id);
    const added = told.filter(([what, id]) => what === 'added' && !deleted.includes(id));
    // The first two are deleted, one after the other, and that may have happened just before it was said.
    const isDeleting = deleted.length < 2 && added.length + deleted.length >= 2;
    const mayBeGone = added.slice(0, isDeleting ? 1 : 0).map(([, id]) => id);
    for (const [, id = '', content] of added) {
      if (!mayBeGone.includes(id) || contents.has(id)) expect(contents.get(id), `step ${step}`).toBe(content);
    }
    for (const id of deleted) expect(contents.has(id ?? ''), `step ${step}`).toBe(false);
    if (told.at(-1)?.[0] === 'steps') break;
    steps = step;
  }
  expect(steps).toBeGreaterThan(80);
}, 600_000);

it('what another service is receiving is left alone as long as that one lives', async () => {
  const folder = temporaryFolder();
  const { files } = filesAt(folder);
  await files.add('me', draft, pieces('one'));
  const child = spawn(process.execPath, [...program('receiving-files.ts'), folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const incoming = (): string[] => filesBelow(join(folder, 'files/incoming')).filter((path) => path.endsWith('.part'));
  await firstLine(child, (line) => (line === 'receiving' ? line : undefined));
  while (await files.prune());
  expect(incoming()).toHaveLength(2);
  child.stdin.write('finish first\n');
  await firstLine(child, (line) => (line.startsWith('added') ? line : undefined));
  expect((await files.list('other', { limit: 9, order: 'asc' })).data).toHaveLength(1);
  while (await files.prune());
  expect(incoming()).toHaveLength(1);
  child.kill('SIGKILL');
  await once(child, 'exit');
  while (await files.prune());
  expect(incoming()).toEqual([]);
});

it('contents of another state file in the same folder are left alone', async () => {
  const [own, other] = [temporaryFolder(), temporaryFolder()];
  const shared = { path: join(own, 'shared') };
  const [here, there] = [filesAt(own, shared), filesAt(other, shared)];
  const one = await here.files.add('me', draft, pieces('one'));
  const two = await there.files.add('me', draft, pieces('two'));
  while (await here.files.prune());
  while (await there.files.prune());
  expect(await text((await here.files.read('me', one.id)).content)).toBe('one');
  expect(await text((await there.files.read('me', two.id)).content)).toBe('two');
});

it('a file of somebody else in the folder is left alone', async () => {
  const folder = temporaryFolder();
  const { files } = filesAt(folder);
  await files.add('me', draft, pieces('one'));
  const [path = ''] = filesBelow(join(folder, 'files')).filter((name) => !name.startsWith('incoming/'));
  const foreign = [join(folder, 'files/README'), join(folder, 'files/incoming/notes.txt')];
  foreign.push(join(folder, 'files', path.split('/')[0] ?? '', '00/notes.txt'));
  mkdirSync(join(foreign[2] ?? '', '..'), { recursive: true });
  for (const name of foreign) writeFileSync(name, 'mine');
  while (await files.prune());
  for (const name of foreign) expect(filesBelow(folder)).toContain(name.slice(folder.length + 1));
});
