import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { locateCli } from '../../src/process/locate.ts';
import { temporaryDir } from './fixture.ts';

describe('locateCli', () => {
  let root: string;
  beforeEach(() => {
    root = temporaryDir();
  });

  /** Makes a program in the test's own directory. */
  function program(name: string, { mode = 0o755, size = 0 } = {}): string {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `#!/bin/sh\n${' '.repeat(size)}`);
    chmodSync(path, mode);
    return path;
  }
  const locate = (path: string[], home = join(root, 'nobody')) =>
    locateCli({ env: { PATH: path.join(':'), HOME: home } });
  const bin = (name: string) => join(root, name);

  it('finds it on PATH, in the order of PATH', () => {
    program('b/claude');
    const first = program('a/claude');
    expect(locate([bin('none'), bin('a'), bin('b')])).toBe(first);
  });

  it('passes over what cannot be executed', () => {
    program('a/claude', { mode: 0o644 });
    const second = program('b/claude');
    expect(locate([bin('a'), bin('b')])).toBe(second);
  });

  it('looks into no folder that depends on where the harness was started', () => {
    program('a/claude');
    const second = program('b/claude');
    expect(locate([relative(process.cwd(), bin('a')), '.', '', bin('b')])).toBe(second);
  });

  it.each(['.local/bin/claude', '.claude/local/claude', '.npm-global/bin/claude'])(
    'finds ~/%s where PATH has none',
    (place) => {
      const path = program(`home/${place}`);
      expect(locate([bin('none')], bin('home'))).toBe(path);
    },
  );

  it('prefers PATH to the usual places', () => {
    program('home/.local/bin/claude');
    const onPath = program('a/claude');
    expect(locate([bin('a')], bin('home'))).toBe(onPath);
  });

  it('resolves links, so that an update does not change a running path', () => {
    const real = program('versions/2.1.197');
    mkdirSync(bin('a'));
    symlinkSync(real, join(bin('a'), 'claude'));
    expect(locate([bin('a')])).toBe(real);
  });

  it('passes over a link that leads nowhere', () => {
    mkdirSync(bin('a'));
    symlinkSync(join(root, 'gone'), join(bin('a'), 'claude'));
    const second = program('b/claude');
    expect(locate([bin('a'), bin('b')])).toBe(second);
  });

  it('passes over a folder of that name', () => {
    mkdirSync(join(bin('a'), 'claude'), { recursive: true });
    const second = program('b/claude');
    expect(locate([bin('a'), bin('b')])).toBe(second);
  });

  it('passes over the placeholder that npm leaves where install scripts are off', () => {
    const placeholder = program('package/bin/claude.exe', { size: 500 });
    mkdirSync(bin('a'));
    symlinkSync(placeholder, join(bin('a'), 'claude'));
    const second = program('b/claude');
    expect(locate([bin('a'), bin('b')])).toBe(second);
  });

  it('takes a claude.exe that is a real binary', () => {
    const binary = program('package/bin/claude.exe', { size: 100_000 });
    mkdirSync(bin('a'));
    symlinkSync(binary, join(bin('a'), 'claude'));
    expect(locate([bin('a')])).toBe(binary);
  });

  it('takes the configured path and looks nowhere else', () => {
    const configured = program('mine/my-claude');
    program('a/claude');
    const env = { PATH: bin('a') };
    expect(locateCli({ configured, env })).toBe(configured);
    expect(locateCli({ configured: join(root, 'gone'), env })).toBeUndefined();
  });
});
