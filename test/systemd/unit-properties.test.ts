import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { unitProperties } from '../../src/systemd/unit-properties.ts';
import { temporaryDir } from '../process/fixture.ts';

/** A program in the place of systemctl. */
function systemctl(script: string): { isUser: boolean; env: Record<string, string> } {
  const folder = temporaryDir();
  writeFileSync(join(folder, 'systemctl'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'systemctl'), 0o755);
  return { isUser: false, env: { PATH: `${folder}:/usr/bin:/bin` } };
}

it('has all values of a property that has several', async () => {
  const listening = String.raw`printf 'Listen=127.0.0.1:8013 (Stream)\nActiveState=active\nListen=/run/a=b.sock (Stream)\n'`;
  const properties = await unitProperties('a.socket', ['Listen', 'ActiveState'], systemctl(listening));
  expect(properties.get('ActiveState')).toBe('active');
  expect(properties.get('Listen')).toBe('127.0.0.1:8013 (Stream)\n/run/a=b.sock (Stream)');
});

it('rejects with what systemd says', async () => {
  await expect(unitProperties('a.socket', ['Listen'], systemctl('echo no bus >&2; exit 1'))).rejects.toThrow(/no bus/);
});
