import { expect, it } from 'vitest';
import { containsPath, protectedBy } from '../../src/core/protected-paths.ts';

it.each([
  ['/a', '/a', true],
  ['/a', '/a/b', true],
  ['/a', '/ab', false],
  ['/a/b', '/a', false],
  ['/', '/a', true],
  ['/', '/', true],
])('%s contains %s: %s', (outer, inner, expected) => {
  expect(containsPath(outer, inner)).toBe(expected);
});

it('a place protects itself and what is around it, and what is in it if it says so', () => {
  const home = { path: '/home/ada', what: 'the home', within: false };
  const login = { path: '/home/ada/.claude', what: 'the login', within: true };
  const by = (folder: string) => protectedBy(folder, [home, login])?.what;
  expect(['/', '/home', '/home/ada'].map(by)).toEqual(['the home', 'the home', 'the home']);
  expect(['/home/ada/.claude', '/home/ada/.claude/projects'].map(by)).toEqual(['the login', 'the login']);
  expect(['/home/ada/docs', '/home/adam', '/srv'].map(by)).toEqual([undefined, undefined, undefined]);
});
