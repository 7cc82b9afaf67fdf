import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { version } from '../../src/util/version.ts';

it('the version is that of the package', () => {
  expect(readFileSync('package.json', 'utf8')).toContain(`"version": "${version}"`);
  expect(version).toMatch(/^\d+\.\d+\.\d+/);
});
