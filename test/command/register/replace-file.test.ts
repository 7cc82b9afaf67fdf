import { chownSync, linkSync, lstatSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRouterFile } from '../../../src/command/register/read-file.ts';
import { replaceRouterFile } from '../../../src/command/register/replace-file.ts';
import { besides, createFolder, read, routerText, writeRouterFile } from './register-folder.ts';

const now = new Date('2025-11-21T11:45:00.123Z');
const isRoot = process.getuid?.() === 0;

function replace(file: string, text = 'new: 1\n'): string {
  return replaceRouterFile(readRouterFile(file), text, now);
}

describe('a file is replaced', () => {
  it('as a whole, and the old one kept under a name with the time', () => {
    const file = writeRouterFile();
    const old = lstatSync(file).ino;
    expect(replace(file)).toMatch(/\/providers\.yaml\.bak-20251121T114500Z$/);
    expect(read(file)).toBe('new: 1\n');
    expect(lstatSync(file).ino).not.toBe(old);
    expect(besides(file)).toEqual(['providers.yaml.bak-20251121T114500Z']);
    expect(read(join(dirname(file), 'providers.yaml.bak-20251121T114500Z'))).toBe(routerText);
  });

  it('without touching a backup of the same second', () => {
    const file = writeRouterFile();
    const first = replace(file);
    expect(replace(file, 'newer: 1\n')).toBe(`${first}-2`);
    expect([read(first), read(`${first}-2`)]).toEqual([routerText, 'new: 1\n']);
  });

  it.each([0o600, 0o640, 0o664, 0o755])('with its mode %o, and so is the backup', (mode) => {
    const file = writeRouterFile(routerText, mode);
    const backup = replace(file);
    expect([file, backup].map((path) => statSync(path).mode & 0o7777)).toEqual([mode, mode]);
  });

  it('with its owner, and so is the backup', () => {
    const file = writeRouterFile(routerText, 0o640);
    // Only root can give a file away; for others the owner is who they are.
    if (isRoot) chownSync(file, 12345, 54321);
    const { uid, gid } = statSync(file);
    const backup = replace(file);
    for (const path of [file, backup]) {
      expect(statSync(path)).toMatchObject({ uid, gid });
      expect(statSync(path).mode & 0o7777).toBe(0o640);
    }
  });

  it('where a symbolic link leads, which stays', () => {
    const file = writeRouterFile();
    const link = join(createFolder(), 'link.yaml');
    symlinkSync(file, link);
    replace(link);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(read(file)).toBe('new: 1\n');
    expect(besides(file)).toHaveLength(1);
    expect(readdirSync(dirname(link))).toEqual(['link.yaml']);
  });

  it('with the byte order mark that it has', () => {
    const file = writeRouterFile(`\uFEFF${routerText}`);
    expect(readRouterFile(file).text).toBe(routerText);
    replace(file);
    expect(read(file)).toBe('\uFEFFnew: 1\n');
  });
});

describe('a file is not replaced, and nothing is left beside it', () => {
  it('when it was changed meanwhile', () => {
    const file = writeRouterFile();
    const seen = readRouterFile(file);
    writeFileSync(file, 'changed: 1\n');
    expect(() => replaceRouterFile(seen, 'new: 1\n', now)).toThrow(
      `${file}: it changed meanwhile: run the command again`,
    );
    expect([read(file), besides(file)]).toEqual(['changed: 1\n', []]);
  });

  it('when nobody may write it', () => {
    const file = writeRouterFile(routerText, 0o444);
    expect(() => replace(file)).toThrow('it is read-only: make it writable first');
    expect(besides(file)).toEqual([]);
  });

  it('when it has a second name', () => {
    const file = writeRouterFile();
    linkSync(file, join(dirname(file), 'second'));
    expect(() => replace(file)).toThrow('another hard link');
    expect(besides(file)).toEqual(['second']);
  });
});
