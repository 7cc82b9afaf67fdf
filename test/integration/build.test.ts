import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { root } from '../support/root.ts';

/** What is installed: the build, and the packages that it does not contain. */
function installed(): string {
  const folder = mkdtempSync(join(tmpdir(), 'build-test-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: object };
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  for (const name of [...Object.keys(dependencies), 'node-gyp-build', 'node-addon-api']) {
    mkdirSync(join(folder, 'node_modules', name, '..'), { recursive: true });
    cpSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true });
  }
  return folder;
}

test('every part of the build loads without any other package', () => {
  const folder = installed();
  const parts = readdirSync(join(folder, 'dist/chunks'));
  expect(parts.length).toBeGreaterThan(10);
  const script = `for (const part of ${JSON.stringify(parts)}) await import('./dist/chunks/' + part);`;
  execFileSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: folder });
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(execFileSync(process.execPath, ['dist/main.js', '--version'], { cwd: folder, encoding: 'utf8' })).toContain(
    version,
  );
});

test('the licences of all that it contains are in it', () => {
  const licences = readFileSync(join(root, 'dist/licences.txt'), 'utf8');
  for (const name of ['express', 'zod', 'execa', 'uplot', 'swagger-ui-dist']) {
    expect(licences).toMatch(new RegExp(`^${name} \\d`, 'm'));
  }
});
