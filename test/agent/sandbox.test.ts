import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { assertSandbox } from '../../src/agent/sandbox.ts';
import { createFolder } from '../config/config-folder.ts';
import { profileWith } from './profile.ts';

function folderWith(...programs: string[]): string {
  const folder = createFolder();
  for (const program of programs) {
    writeFileSync(join(folder, program), '');
    chmodSync(join(folder, program), 0o755);
  }
  return folder;
}

it('is there where both programs are on the PATH', () => {
  const path = `${folderWith('bwrap')}:${folderWith('socat')}`;
  expect(() => {
    assertSandbox(profileWith(), path);
  }).not.toThrow();
});

it.each([
  [['bwrap'], 'socat'],
  [['socat'], 'bwrap'],
  [[], 'bwrap and socat'],
])('with %j on the PATH says that %s is missing, and what to do', (programs, missing) => {
  expect(() => {
    assertSandbox(profileWith(), folderWith(...programs));
  }).toThrow(
    expect.objectContaining({
      code: 'AGENT_UNAVAILABLE',
      message: `The agent tidy runs commands in a sandbox, for which ${missing} cannot be found; on the server, install bubblewrap and socat.`,
    }) as Error,
  );
});

it('a program that may not be executed does not count', () => {
  const folder = folderWith('bwrap', 'socat');
  chmodSync(join(folder, 'bwrap'), 0o644);
  expect(() => {
    assertSandbox(profileWith(), folder);
  }).toThrow(/bwrap/);
});

it('nothing is needed where the sandbox is off', () => {
  expect(() => {
    assertSandbox(profileWith({ sandbox: { use: 'off', allowedHosts: [], denyRead: [] } }), '');
  }).not.toThrow();
});
