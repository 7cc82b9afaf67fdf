import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createLock, takeLock } from '../../src/state/process-lock.ts';
import { lockFile } from './lock-file.ts';

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'harness-lock-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return join(folder, 'a.lock');
}

it('who creates a lock has it until it is released', () => {
  const path = newPath();
  const lock = createLock(path);
  expect(lock).toBeDefined();
  expect(takeLock(path)).toBeUndefined();
  lock?.release();
  const next = takeLock(path);
  expect(next).toBeDefined();
  expect(takeLock(path)).toBeUndefined();
  next?.release();
});

it('the file stays, is empty, and of this user alone', () => {
  const path = newPath();
  const lock = createLock(path);
  expect(readdirSync(join(path, '..'))).toEqual(['a.lock']);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  lock?.release();
  expect(readFileSync(path)).toHaveLength(0);
});

it('what another process has locked cannot be taken until it lets go', async () => {
  const path = newPath();
  createLock(path)?.release();
  const unlock = await lockFile(path);
  expect(takeLock(path)).toBeUndefined();
  await unlock();
  const lock = takeLock(path);
  expect(lock).toBeDefined();
  lock?.release();
});

it('what nobody has created cannot be taken, and is not created by that', () => {
  const path = newPath();
  expect(takeLock(path)).toBeUndefined();
  expect(existsSync(path)).toBe(false);
});

it('what exists cannot be created', () => {
  const path = newPath();
  createLock(path)?.release();
  expect(() => createLock(path)).toThrow(/EEXIST/);
});

it('locks of several files are apart', () => {
  const path = newPath();
  const locks = [createLock(path), createLock(`${path}2`)];
  for (const lock of locks) expect(lock).toBeDefined();
  locks[0]?.release();
  expect(takeLock(`${path}2`)).toBeUndefined();
  locks[1]?.release();
});
