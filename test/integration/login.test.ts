import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { temporaryDir } from '../process/fixture.ts';
import { main } from '../support/service/built-program.ts';

/** Runs the command in an empty home with this CLI, if any. */
async function login(cli?: string, more: Record<string, string> = {}, options: string[] = []) {
  const home = temporaryDir();
  const path = join(home, 'bin/claude');
  mkdirSync(join(home, 'bin'));
  if (cli !== undefined) writeFileSync(path, cli, { mode: 0o755 });
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, CLAUDE_HARNESS_CLAUDE__PATH: path, ...more };
  const args = [main, 'login', ...options];
  return execa(process.execPath, args, { env, extendEnv: false, reject: false });
}

describe('login', () => {
  it("is the CLI's own, and ends as that does", async () => {
    const { stdout, exitCode } = await login('#!/bin/sh\necho "$@"\nexit 7\n');
    expect(stdout).toBe('auth login');
    expect(exitCode).toBe(7);
  });

  it('says that the CLI is missing', async () => {
    const { stderr, exitCode } = await login();
    expect(stderr).toContain('The claude CLI is not installed');
    expect(exitCode).toBe(1);
  });

  it('refuses where a token precedes it', async () => {
    const folder = temporaryDir();
    writeFileSync(join(folder, 'claude-token'), 'sk-ant-oat01-made-up-but-long\n');
    const { stdout, stderr, exitCode } = await login('#!/bin/sh\necho asked\n', { CREDENTIALS_DIRECTORY: folder });
    expect(stderr).toMatch(/a sign-in does not replace: .* store it with `manage.sh login --token`/);
    expect(stdout).toBe('');
    expect(exitCode).toBe(1);
  });

  it('refuses where claude.env has a token', async () => {
    const env = { CLAUDE_HARNESS_CLAUDE__ENV: '{CLAUDE_CODE_OAUTH_TOKEN: made-up}' };
    const { stdout, stderr, exitCode } = await login('#!/bin/sh\necho asked\n', env);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toContain('give CLAUDE_CODE_OAUTH_TOKEN in claude.env a valid value and restart the service.');
  });

  describe('of several', () => {
    const cli = '#!/bin/sh\necho "$@ in ${CLAUDE_CONFIG_DIR-the usual folder}"\n';
    const several = {
      CLAUDE_HARNESS_CLAUDE__LOGINS:
        '[{name: home}, {name: work, config_dir: /srv/work}, {name: year, token: sk-ant-oat01-made-up-but-long}]',
    };
    const loginTo = (...options: string[]) => login(cli, several, options);

    it('is that of its name, in its folder; the first where none is named', async () => {
      expect((await loginTo('--login', 'work')).stdout).toBe('auth login in /srv/work');
      expect((await loginTo()).stdout).toBe('auth login in the usual folder');
    });

    it('is refused where there is none of the name, or where it has a token', async () => {
      const unknown = await loginTo('--login', 'nobody');
      expect([unknown.exitCode, unknown.stdout]).toEqual([1, '']);
      expect(unknown.stderr).toContain('There is no login nobody: claude.logins has home, work, year.');
      const year = await loginTo('--login', 'year');
      expect([year.exitCode, year.stdout]).toEqual([1, '']);
      expect(year.stderr).toMatch(/^The login year is a token, .*: make a new token .* write it to claude.logins/);
    });
  });
});
