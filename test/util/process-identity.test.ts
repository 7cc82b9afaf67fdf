import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { isGone, processIdentity } from '../../src/util/process-identity.ts';

/** The identity of this process, with the number of another. */
const ofProcess = (pid: number | string): string => processIdentity().split('/').with(1, String(pid)).join('/');

it('a process that runs is not gone', () => {
  expect(isGone(processIdentity())).toBe(false);
});

it('no two identities are the same', () => {
  expect(processIdentity()).not.toBe(processIdentity());
});

it('a process that has ended is gone, and one that has its number now is another', async () => {
  const child = spawn('true');
  await once(child, 'exit');
  expect(isGone(ofProcess(child.pid ?? 0))).toBe(true);
  expect(isGone(ofProcess(process.ppid))).toBe(true);
});

it('nothing is known of processes elsewhere, and of other names', () => {
  expect(isGone(processIdentity().replace(/^[^/]+/, 'another boot'))).toBe(false);
  expect(isGone('some service')).toBe(false);
});
