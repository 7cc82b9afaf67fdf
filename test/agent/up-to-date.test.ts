import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agentLaunch } from '../../src/agent/launch.ts';
import { canWait, upToDate } from '../../src/agent/up-to-date.ts';
import type { AgentProfile } from '../../src/core/agent.ts';
import { plainProfile } from '../support/agents/profile.ts';

let root: string;
let folder: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'up-to-date-')));
  folder = join(root, 'work');
  mkdirSync(join(folder, '.claude/commands'), { recursive: true });
  mkdirSync(join(root, 'tmp'));
  writeFileSync(join(root, 'claude'), 'a program');
  writeFileSync(join(folder, 'CLAUDE.md'), 'Be kind.');
  writeFileSync(join(folder, '.claude/commands/greet.md'), 'Greet.');
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const profileOf = (changes: Partial<AgentProfile> = {}): AgentProfile => ({
  ...plainProfile,
  workspaces: [{ path: folder, mode: 'rw' }],
  sandbox: { use: 'off', allowedHosts: [], denyRead: [] },
  ...changes,
});

/** As an engine starts a process; gives whether that is up to date, and what it hangs on. */
function start(profile: AgentProfile) {
  const login = { returns: 0 };
  const cli = { path: join(root, 'claude') as string | undefined };
  const options = {
    ...{ transcript: '8f14e45f-ceea-467f-a0e6-1b2c3d4e5f60', resume: false, protectedPaths: [] },
    login: { auth: 'subscription' as const, maxRetries: 0, extra: {}, from: { PATH: process.env['PATH'], HOME: root } },
    tmpDir: join(root, 'tmp'),
  };
  const launch = agentLaunch(profile, options);
  const isUpToDate = upToDate({
    ...{ path: join(root, 'claude'), login, profile, options, launch },
    locate: () => cli.path,
  });
  return { isUpToDate, login, cli };
}

describe('a process that waits', () => {
  it.each(['none', 'files'] as const)('is up to date while nothing changes, with trust: %s', (trust) => {
    const { isUpToDate } = start(profileOf({ trust }));
    expect([isUpToDate(), isUpToDate()]).toEqual([true, true]);
  });

  it.each([
    ['CLAUDE.md', 'Be stern.'],
    ['.claude/CLAUDE.md', 'New.'],
    ['.claude/commands/greet.md', 'Greet!'],
    ['.claude/commands/new.md', 'New.'],
  ])('is outdated when %s has changed, if it is trusted', (path, text) => {
    const trusting = start(profileOf({ trust: 'files' }));
    const other = start(profileOf());
    writeFileSync(join(folder, path), text);
    expect(trusting.isUpToDate()).toBe(false);
    expect(other.isUpToDate()).toBe(true);
  });

  it('is outdated when the folder is another one, or gone', () => {
    const link = join(root, 'link');
    symlinkSync(folder, link);
    const { isUpToDate } = start(profileOf({ workspaces: [{ path: link, mode: 'rw' }] }));
    expect(isUpToDate()).toBe(true);
    unlinkSync(link);
    expect(isUpToDate()).toBe(false);
    symlinkSync(join(root, 'tmp'), link);
    expect(isUpToDate()).toBe(false);
  });

  it('is outdated when the CLI was updated, moved or removed', () => {
    const updated = start(profileOf());
    writeFileSync(join(root, 'claude'), 'another program');
    expect(updated.isUpToDate()).toBe(false);
    const moved = start(profileOf());
    writeFileSync(join(root, 'other'), 'a program');
    moved.cli.path = join(root, 'other');
    expect(moved.isUpToDate()).toBe(false);
    const removed = start(profileOf());
    removed.cli.path = undefined;
    expect(removed.isUpToDate()).toBe(false);
  });

  it('is outdated when there is a login again after there was none', () => {
    const { isUpToDate, login } = start(profileOf());
    login.returns += 1;
    expect(isUpToDate()).toBe(false);
  });

  it('is outdated when its folder has become part of a Git repository', () => {
    const { isUpToDate } = start(profileOf());
    mkdirSync(join(root, '.git'));
    expect(isUpToDate()).toBe(false);
  });
});

describe('whether a process may wait', () => {
  it('is said of folders outside of repositories, unless they are trusted in full', () => {
    expect(canWait(profileOf())).toBe(true);
    expect(canWait(profileOf({ trust: 'files' }))).toBe(true);
    expect(canWait(profileOf({ trust: 'full' }))).toBe(false);
    expect(canWait(profileOf({ workspaces: [{ path: join(root, 'missing'), mode: 'rw' }] }))).toBe(true);
  });

  it.each(['directory', 'file'])('is denied of a repository, also below a .git that is a %s', (kind) => {
    if (kind === 'directory') mkdirSync(join(root, '.git'));
    else writeFileSync(join(root, '.git'), 'gitdir: elsewhere');
    expect(canWait(profileOf())).toBe(false);
  });
});
