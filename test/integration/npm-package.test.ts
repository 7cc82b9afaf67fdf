import { execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cliUnderTest } from '../support/cli-under-test.ts';
import { root } from '../support/root.ts';

/** What `npm install --global` makes of the package, for somebody who has no checkout. */

let folder: string;
let command: string;
let home: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'npm-package-'));
  home = join(folder, 'home');
  const npm = (...args: string[]): string => execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' });
  // The build is there already.
  const [{ filename }] = JSON.parse(npm('pack', '--json', '--ignore-scripts', '--pack-destination', folder)) as [
    { filename: string },
  ];
  npm('install', '--global', '--prefix', join(folder, 'prefix'), '--no-audit', '--no-fund', join(folder, filename));
  command = join(folder, 'prefix/bin/claude-harness');
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function run(...args: string[]): string {
  const env = { HOME: home, PATH: `${dirname(cliUnderTest)}:${process.env['PATH'] ?? ''}`, NO_COLOR: '1' };
  return execFileSync(command, args, { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' });
}

test('it says its version, and streams an answer from the real CLI', () => {
  expect(run('--version')).toMatch(/^\d+\.\d+\.\d+/);
  expect(run('demo', '--once')).toContain('first token');
});

test('it can install itself as a service', () => {
  expect(run('service')).toContain('manage.sh VERB');
  expect(run('service', 'install', '--help')).toContain('manage.sh install [OPTION]...');
});

test('it takes less than 40 MB', () => {
  expect(sizeOf(join(folder, 'prefix')) / 1e6).toBeLessThan(40);
});

/** In bytes. */
function sizeOf(path: string): number {
  const stats = lstatSync(path);
  if (!stats.isDirectory()) return stats.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
