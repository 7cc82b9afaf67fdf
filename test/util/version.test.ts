import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { describeVersion, version } from '../../src/util/version.ts';

it('the version is that of the package', () => {
  expect(readFileSync('package.json', 'utf8')).toContain(`"version": "${version}"`);
  expect(version).toMatch(/^\d+\.\d+\.\d+/);
});

it('the full version has the commit and the date of the build', () => {
  const folder = mkdtempSync(join(tmpdir(), 'version-test-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, 'build-info.json');
  writeFileSync(file, '{"commit":"abc1234","date":"2026-11-29"}\n');
  expect(describeVersion('0.1.0', file)).toBe('0.1.0 (abc1234, 2026-11-29)');
});

it('the full version of a build without git is the number alone', () => {
  expect(describeVersion('0.1.0', '/nowhere/build-info.json')).toBe('0.1.0');
});
