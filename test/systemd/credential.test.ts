import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTokenCredential } from '../../src/systemd/credential.ts';
import { temporaryDir } from '../process/fixture.ts';

function folderWith(content: string): NodeJS.ProcessEnv {
  const folder = temporaryDir();
  writeFileSync(join(folder, 'claude-token'), content);
  return { CREDENTIALS_DIRECTORY: folder };
}

describe('readTokenCredential', () => {
  it('reads what was stored', () => {
    const env = folderWith('{"token":"sk-ant-oat01-made-up","stored_at":"2026-11-21T10:00:00+01:00"}\n');
    expect(readTokenCredential(env)).toEqual({ token: 'sk-ant-oat01-made-up', storedAt: Date.UTC(2026, 10, 21, 9) });
  });

  it('reads a token alone, which is as old as its file', () => {
    const env = folderWith('sk-ant-oat01-made-up-but-long\n');
    utimesSync(join(env['CREDENTIALS_DIRECTORY'] ?? '', 'claude-token'), 0, new Date('2026-11-21T09:00:00Z'));
    expect(readTokenCredential(env)).toEqual({
      token: 'sk-ant-oat01-made-up-but-long',
      storedAt: Date.UTC(2026, 10, 21, 9),
    });
  });

  it.each([{}, { CREDENTIALS_DIRECTORY: '/nowhere' }])('finds none in %j', (env) => {
    expect(readTokenCredential(env)).toBeUndefined();
  });

  it.each(['', 'sk-ant-oat01-made-up', '{"token":""}', '{"token":"sk-ant-oat01-secret","stored_at":"yesterday"}'])(
    'refuses %j with the remedy, and does not repeat it',
    (content) => {
      const env = folderWith(content);
      expect(() => readTokenCredential(env)).toThrow('store it again with manage.sh login --token');
      expect(() => readTokenCredential(env)).not.toThrow('secret');
    },
  );
});
