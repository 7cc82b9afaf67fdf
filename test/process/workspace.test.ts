import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRuntimeDir, defaultWorkspace, prepareWorkspace } from '../../src/process/workspace.ts';
import { temporaryDir } from './fixture.ts';

describe('defaultWorkspace', () => {
  it.each([
    [{ STATE_DIRECTORY: '/var/lib/claude-harness' }, '/var/lib/claude-harness/workspace'],
    [{ STATE_DIRECTORY: '/var/lib/a:/var/lib/b', HOME: '/h' }, '/var/lib/a/workspace'],
    [{ STATE_DIRECTORY: '', HOME: '/h' }, '/h/.local/state/claude-harness/workspace'],
    [{ XDG_STATE_HOME: '/s', HOME: '/h' }, '/s/claude-harness/workspace'],
    [{ HOME: '/h' }, '/h/.local/state/claude-harness/workspace'],
  ])('is for %j %s', (env, path) => {
    expect(defaultWorkspace(env)).toBe(path);
  });
});

describe('prepareWorkspace', () => {
  it('makes a directory for this user alone, and takes one that is there', () => {
    const path = join(temporaryDir(), 'a/b');
    prepareWorkspace(path);
    prepareWorkspace(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it('fails where something else is in its place', () => {
    const path = join(temporaryDir(), 'file');
    writeFileSync(path, '');
    expect(() => {
      prepareWorkspace(path);
    }).toThrow(/EEXIST.*set HOME or claude\.workspace/);
  });
});

describe('createRuntimeDir', () => {
  let root: string;
  let deadPid: number;
  beforeEach(() => {
    root = temporaryDir();
    vi.stubEnv('TMPDIR', root);
    deadPid = spawnSync('true').pid;
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });
  const make = (name: string) => {
    const path = join(root, name);
    mkdirSync(path);
    writeFileSync(join(path, 'file'), 'x');
    return path;
  };

  it('says what to set where the folder for temporary files is not there', () => {
    vi.stubEnv('TMPDIR', join(root, 'nowhere'));
    const problem = expect.objectContaining({
      message: expect.stringMatching(/nowhere.*set TMPDIR/) as string,
      cause: expect.anything() as unknown,
    }) as Error;
    expect(() => createRuntimeDir()).toThrow(problem);
  });

  it('makes a new directory for this user alone, named for this process', () => {
    const path = createRuntimeDir();
    expect(path.startsWith(join(root, `claude-harness-${process.pid}-`))).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(createRuntimeDir()).not.toBe(path);
  });

  it('removes what a service that was killed left behind', () => {
    const stale = make(`claude-harness-${deadPid}-abc`);
    createRuntimeDir();
    expect(existsSync(stale)).toBe(false);
  });

  it('keeps that of a service that is running', () => {
    const live = make(`claude-harness-${process.ppid}-abc`);
    const own = createRuntimeDir();
    createRuntimeDir();
    expect([existsSync(live), existsSync(own)]).toEqual([true, true]);
  });

  it('keeps what only looks like its own', () => {
    const names = ['claude-harness-x-abc', `other-${deadPid}-abc`, `claude-harness-${deadPid}`];
    const paths = names.map(make);
    const file = join(root, `claude-harness-${deadPid}-file`);
    writeFileSync(file, '');
    const target = make('target');
    symlinkSync(target, join(root, `claude-harness-${deadPid}-link`));
    createRuntimeDir();
    expect([...paths, file, join(target, 'file')].every((path) => existsSync(path))).toBe(true);
  });
});
