import { describe, expect, test } from 'vitest';
import { addressOf, hostOf, portOf } from '../../deploy/manage/address.js';
import { environmentFiles } from '../../deploy/manage/as-user.js';
import { checkPaths } from '../../deploy/manage/prerequisites.js';
import { firstError } from '../../deploy/manage/running.js';
import { urlToAsk } from '../../deploy/manage/systemd.js';
import { isFailure } from '../../deploy/manage/verbs/logs.js';

test.each([
  ['127.0.0.1:8013 (Stream)', 'http://127.0.0.1:8013'],
  ['192.0.2.1:8013 (Stream)\n127.0.0.2:8014 (Stream)', 'http://127.0.0.2:8014'],
  ['/run/claude-harness.sock (Stream)\n192.0.2.1:8013 (Stream)', 'http://192.0.2.1:8013'],
  ['/run/claude-harness.sock (Stream)', 'unix:/run/claude-harness.sock'],
  ['0.0.0.0:8013 (Stream)', 'http://127.0.0.1:8013'],
  ['[::]:8013 (Stream)', 'http://[::1]:8013'],
  ['/run/other (Datagram)', undefined],
  ['', undefined],
])('of %j the service is asked at %s', (listening, url) => {
  expect(urlToAsk(listening)).toBe(url);
});

test.each([
  ['127.0.0.1:8013', '127.0.0.1', '8013'],
  ['[::1]:8013', '::1', '8013'],
])('%s has a host and a port', (address, host, port) => {
  expect([hostOf(address), portOf(address), addressOf(host, port)]).toEqual([host, port, address]);
});

test('files of variables keep whether they may be missing', () => {
  expect(environmentFiles('/etc/a b (ignore_errors=no)\n/etc/c (ignore_errors=yes)')).toEqual(['/etc/a b', '-/etc/c']);
  expect(environmentFiles('')).toEqual([]);
});

describe('a path for the units', () => {
  const paths = {
    prefix: '/opt/x',
    home: '/home/owner',
    node: '/usr/bin/node',
    claude: '/usr/bin/claude',
    configFolder: '/etc/x',
  };

  test('is plain', () => {
    expect(() => {
      checkPaths(paths);
    }).not.toThrow();
  });

  test.each([
    [{ node: '/opt/a folder/node' }, /'\/opt\/a folder\/node' must begin with \//],
    [{ claude: '/opt/100%/claude' }, /must begin with \//],
    [{ prefix: 'opt' }, /must begin with \//],
    [{ prefix: '/' }, /is used for other things/],
    [{ prefix: '/usr/' }, /is used for other things/],
    [{ prefix: '/home/owner' }, /is used for other things/],
    [{ prefix: '/tmp/x' }, /is temporary/],
    [{ prefix: '/var/tmp' }, /is temporary/],
  ])('is refused: %j', (change, message) => {
    expect(() => {
      checkPaths({ ...paths, ...change });
    }).toThrow(message);
  });
});

test.each([
  [
    '2026-05-01 12:00:00 info  listening\n2026-05-01 12:00:01 error no room\nmore\nlast',
    '2026-05-01 12:00:01 error no room\nmore',
  ],
  ['starting\nTypeError: x is not a function', 'TypeError: x is not a function'],
  [
    'The configuration has 1 mistake:\n  harness.yaml: unknown key',
    'The configuration has 1 mistake:\n  harness.yaml: unknown key',
  ],
  ['2026-05-01 12:00:00 info  an Error in the middle', ''],
])('the first error of %j', (log, error) => {
  expect(firstError(log)).toBe(error);
});

test.each([
  ['2026-05-01T12:00:00+0000 node[7]: {"level":"warn","message":"x"}', true],
  ['2026-05-01T12:00:00+0000 node[7]: {"level":"info","message":"x"}', false],
  ['2026-05-01T12:00:00+0000 node[7]: FATAL ERROR: out of memory', true],
  ['2026-05-01T12:00:00+0000 systemd[1]: claude-harness.service: Main process exited, code=killed', true],
  ['2026-05-01T12:00:00+0000 systemd[1]: Started claude-harness.service', false],
  ['2026-05-01T12:00:00+0000 claude[9]: hello', false],
])('%s: a failure is %s', (line, expected) => {
  expect(isFailure(line)).toBe(expected);
});
