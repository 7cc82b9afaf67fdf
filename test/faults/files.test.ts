import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { firstLine } from '../support/first-line.ts';
import { root } from '../support/root.ts';
import { bundleProgram, type BundledProgram } from './bundled-program.ts';
import { draft, pieces } from '../feature/files/content.ts';
import { filesAt, filesBelow, temporaryFolder } from '../feature/files/files-at.ts';

let program: BundledProgram;

beforeAll(async () => {
  program = await bundleProgram('killed-files');
});
afterAll(() => {
  program.remove();
});

/** What a program that is killed at a step has said before, line by line; with 0 it comes to its end. */
async function runUntil(step: number, folder: string): Promise<string[][]> {
  const running = promisify(execFile)(process.execPath, [program.path, folder, String(step)]);
  const { stdout } = await running.catch((error: unknown) => {
    expect(error).toMatchObject({ signal: 'SIGKILL' });
    return error as { stdout: string };
  });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' '));
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

/** Kills the program at a step, or lets it end, and compares what it has said with what is there then. Gives that. */
async function killAt(step: number): Promise<string[][]> {
  const folder = temporaryFolder();
  const said = await runUntil(step, folder);
  const { contents, hashes, onDisk, left } = await afterSweep(folder);
  expect(onDisk.map((path) => path.split('/').at(-1)).sort(), `step ${step}`).toEqual([...hashes].sort());
  expect(left, `step ${step}`).toEqual([]);
  const deleted = said.filter(([what]) => what === 'deleted').map(([, id]) => id);
  const added = said.filter(([what, id]) => what === 'added' && !deleted.includes(id));
  // The first two are deleted, one after the other, and that may have happened just before it was said.
  const isDeleting = deleted.length < 2 && added.length + deleted.length >= 2;
  const mayBeGone = added.slice(0, isDeleting ? 1 : 0).map(([, id]) => id);
  for (const [, id = '', content] of added) {
    if (!mayBeGone.includes(id) || contents.has(id)) expect(contents.get(id), `step ${step}`).toBe(content);
  }
  for (const id of deleted) expect(contents.has(id ?? ''), `step ${step}`).toBe(false);
  return said;
}

it('whenever the service is killed, the next one finds rows and contents in step, and all that was said', async () => {
  const last = (await killAt(0)).at(-1);
  expect(last).toEqual(['steps', expect.stringMatching(/^\d+$/)]);
  const steps = Number(last?.[1]);
  expect(steps).toBeGreaterThan(80);
  // As many at once as there are processors at least.
  for (let step = 1; step <= steps; step += 2) {
    const ends = await Promise.all([step, step + 1].filter((one) => one <= steps).map(killAt));
    for (const said of ends) expect(said.at(-1)?.[0]).not.toBe('steps');
  }
}, 300_000);

const receiving = join(root, 'test/faults/receiving-files.ts');

it('what another service is receiving is left alone as long as that one lives', async () => {
  const folder = temporaryFolder();
  const { files } = filesAt(folder);
  await files.add('me', draft, pieces('one'));
  const child = spawn(process.execPath, ['--import', 'tsx', receiving, folder], {
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
