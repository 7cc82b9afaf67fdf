import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkSource, hasPackages, releaseName } from '../../deploy/manage/release.js';
import { temporaryDir } from '../process/fixture.ts';

/** A folder with these files. */
function withFiles(files: Record<string, string>): string {
  const folder = temporaryDir();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const built = {
  'package.json': '{\n  "name": "claude-harness",\n  "version": "0.9.1"\n}\n',
  'manage.sh': '#!/bin/sh\n',
  'dist/main.js': 'one',
  'dist/types/index.d.ts': 'two',
  'deploy/harness.yaml': '',
  'docs/install.md': '',
  LICENSE: '',
};

describe('the name of a release', () => {
  test('is that of its content, whatever else is in the folder', () => {
    const name = releaseName(withFiles(built));
    expect(name).toMatch(/^0\.9\.1-[0-9a-f]{12}$/);
    expect(releaseName(withFiles({ ...built, 'src/main.ts': 'other', 'notes.txt': '' }))).toBe(name);
  });

  test.each([
    { 'dist/main.js': 'another' },
    { 'dist/types/more.d.ts': 'two' },
    { 'package-lock.json': '{}' },
    { 'manage.sh': '#!/bin/sh\n\n' },
  ])('is another with %j', (change) => {
    expect(releaseName(withFiles({ ...built, ...change }))).not.toBe(releaseName(withFiles(built)));
  });

  test('does not take a file with another name for the same', () => {
    const { 'dist/main.js': main, ...others } = built;
    expect(releaseName(withFiles({ ...others, 'dist/main.mjs': main }))).not.toBe(releaseName(withFiles(built)));
  });
});

test('a checkout is known by its package and its script', () => {
  const folder = withFiles(built);
  expect(() => {
    checkSource(folder);
  }).not.toThrow();
  rmSync(join(folder, 'manage.sh'));
  expect(() => {
    checkSource(folder);
  }).toThrow(/is not a checkout of claude-harness/);
  expect(() => {
    checkSource('/nowhere');
  }).toThrow("'/nowhere' is not a checkout of claude-harness");
});

describe('the packages of a checkout', () => {
  const lock = (packages: object): string => JSON.stringify({ packages });
  const wanted = lock({
    '': {},
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b': { version: '2.0.0', optional: true },
  });

  test.each([
    ['are there', { 'node_modules/a': { version: '1.0.0' } }, true],
    [
      'are there, with one that is optional',
      { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0' } },
      true,
    ],
    ['are old', { 'node_modules/a': { version: '0.9.0' } }, false],
    [
      'are old where they are optional',
      { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.0.0' } },
      false,
    ],
    ['are missing', {}, false],
  ])('%s', (_, installed, expected) => {
    const folder = withFiles({
      'src/main.ts': '',
      'package-lock.json': wanted,
      'node_modules/.package-lock.json': lock(installed),
    });
    expect(hasPackages(folder)).toBe(expected);
  });

  test('are missing without their folder, and those of a build are its own', () => {
    expect(hasPackages(withFiles({ 'src/main.ts': '', 'package-lock.json': wanted }))).toBe(false);
    expect(hasPackages(withFiles({ 'dist/main.js': '', 'node_modules/a/package.json': '{}' }))).toBe(true);
    expect(
      hasPackages(withFiles({ 'src/main.ts': '', 'package-lock.json': wanted, 'node_modules/a/package.json': '{}' })),
    ).toBe(false);
  });
});

test('every part of a release is one of the npm package', () => {
  const { files } = JSON.parse(readFileSync('package.json', 'utf8')) as { files: string[] };
  expect(files).toEqual(expect.arrayContaining(['dist', 'deploy', 'docs', 'manage.sh']));
});
