import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startHarness, type Harness } from '../support/harness.ts';
import { builtProgram } from '../support/service/built-program.ts';

let harness: Harness;
let folder: string;

beforeAll(async () => {
  harness = await startHarness();
  folder = mkdtempSync(join(tmpdir(), 'harness-files-'));
});
afterAll(async () => {
  await harness.stop();
  rmSync(folder, { recursive: true });
});

interface Outcome {
  stdout: string;
}

async function run(...args: string[]): Promise<Outcome> {
  const variables = { HARNESS_URL: harness.url };
  const { file, args: command, env } = builtProgram(args, { home: folder, variables });
  const { stdout } = await promisify(execFile)(file, command, { env }).catch((error: unknown) => error as Outcome);
  return { stdout };
}

it('files go to the service and come back by the command line', async () => {
  const path = join(folder, 'größe "1".csv');
  writeFileSync(path, 'a,b\n1,2\n');
  const id = (await run('files', 'put', path, '--purpose', 'vision')).stdout.trim();
  expect(id).toMatch(/^file-/);
  const listed = JSON.parse((await run('files', 'ls', '--json')).stdout) as object[];
  expect(listed).toMatchObject([{ id, mime_type: 'text/csv', size_bytes: 8 }]);
  expect((await run('files', 'ls')).stdout).toMatch(new RegExp(`${id}.*text/csv.*8B`));
  const copy = join(folder, 'copy.csv');
  expect((await run('files', 'get', id, '--output', copy)).stdout.trim()).toBe(copy);
  expect(readFileSync(copy, 'utf8')).toBe('a,b\n1,2\n');
  expect((await run('files', 'get', id, '--output', copy)).stdout).toContain('exists');
  expect((await run('files', 'rm', id)).stdout).toBe('');
  expect((await run('files', 'get', id)).stdout).toContain('There is no such file');
  expect(JSON.parse((await run('files', 'ls', '--json')).stdout)).toEqual([]);
});

it('a backup of a running service has all files that it had at one moment, and a service starts with it', async () => {
  const { client } = harness;
  const upload = (text: string) => client.files.create({ file: new File([text], `${text}.txt`), purpose: 'user_data' });
  const before = await Promise.all(['one', 'two', 'three'].map(upload));
  const passing = { isOver: false };
  const traffic = (async () => {
    for (let count = 0; !passing.isOver; count++) {
      const { id } = await upload(`passing ${count}`);
      if (count % 2 === 0) await client.files.delete(id);
    }
  })();
  const target = join(folder, 'backup');
  const statePath = join(harness.home, 'state/state.db');
  const { stdout } = await run('state', 'backup', target, '--set', `state.path=${statePath}`);
  passing.isOver = true;
  await traffic;
  expect(stdout).toContain('the contents of');
  expect(statSync(join(target, 'state.db')).mode & 0o777).toBe(0o600);
  expect((await run('state', 'backup', target, '--set', `state.path=${statePath}`)).stdout).toContain('is not empty');

  const restored = await startHarness(undefined, { state: { path: join(target, 'state.db') } });
  try {
    for (const { id, filename } of before) {
      const content = await restored.client.files.content(id);
      expect(`${await content.text()}.txt`).toBe(filename);
    }
    for await (const { id, filename } of restored.client.files.list()) {
      expect(`${await (await restored.client.files.content(id)).text()}.txt`).toBe(filename);
    }
  } finally {
    await restored.stop();
  }
});
