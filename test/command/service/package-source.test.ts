import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parsePackageSource } from '../../../src/command/service/package-source.ts';

test.each([
  ['npm', { kind: 'npm', spec: 'claude-harness@latest' }],
  ['npm@0.2.0', { kind: 'npm', spec: 'claude-harness@0.2.0' }],
  ['npm@next', { kind: 'npm', spec: 'claude-harness@next' }],
  ['https://example.org/a.tgz', { kind: 'url', url: new URL('https://example.org/a.tgz') }],
  ['/srv/a.tgz', { kind: 'file', path: '/srv/a.tgz' }],
  ['a.tgz', { kind: 'file', path: resolve('a.tgz') }],
])('%s is understood', (text, source) => {
  expect(parsePackageSource(text)).toEqual(source);
});

test.each(['npm@', 'npm@--registry=x y', 'ftp://example.org/a.tgz', 'git+https://example.org/a', 'https://'])(
  '%s is refused',
  (text) => {
    expect(() => parsePackageSource(text)).toThrow('--from');
  },
);
