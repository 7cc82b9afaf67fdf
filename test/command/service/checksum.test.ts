import { expect, test } from 'vitest';
import { findSha256, parseSha256 } from '../../../src/command/service/checksum.ts';

const one = 'a'.repeat(64);
const other = 'b'.repeat(64);

test('a SHA-256 has 64 hexadecimal digits, of either case', () => {
  expect(parseSha256(one.toUpperCase())).toBe(one);
  expect(parseSha256(one.slice(1))).toBeUndefined();
  expect(parseSha256(`${one}a`)).toBeUndefined();
});

test.each([
  ['alone', `${one}\n`],
  ['as sha256sum prints it', `${one}  p.tgz\n`],
  ['of a binary file', `${one} *p.tgz\n`],
  ['by a path', `${one}  ./out/p.tgz\n`],
  ['among others', `${other}  q.tgz\n${one}  p.tgz\n`],
  ['with the line ends of Windows', `${one}  p.tgz\r\n`],
])('the checksum of a file is found %s', (_, text) => {
  expect(findSha256(text, 'p.tgz')).toBe(one);
});

test.each([
  ['of another file', `${one}  q.tgz\n`],
  ['of two files without names', `${one}\n${other}\n`],
  ['of another kind', `${one.slice(24)}  p.tgz\n`],
  ['that is a page', '<html>Not found</html>'],
  ['that is empty', ''],
])('a text %s has none', (_, text) => {
  expect(findSha256(text, 'p.tgz')).toBeUndefined();
});
