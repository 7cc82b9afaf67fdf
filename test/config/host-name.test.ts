import { describe, expect, it } from 'vitest';
import { isHostName, isOrigin } from '../../src/config/host-name.ts';

describe('isHostName', () => {
  it.each(['localhost', 'harness.lan', 'my_box', '123', '10.0.0.7', '::1', 'fe80::1%eth0', 'a'])(
    '%s is a host name',
    (host) => {
      expect(isHostName(host)).toBe(true);
    },
  );

  it.each([
    '',
    'harness.lan:8013',
    '127.0.0.1:8013',
    '[::1]',
    'http://harness.lan',
    '*.lan',
    'a b',
    '-a',
    'a,b',
    'a\n',
  ])('%j is not a host name', (host) => {
    expect(isHostName(host)).toBe(false);
  });
});

describe('isOrigin', () => {
  it.each(['https://chat.example', 'http://127.0.0.1:3000', 'http://[::1]:3000', 'app://obsidian.md'])(
    '%s is an origin',
    (origin) => {
      expect(isOrigin(origin)).toBe(true);
    },
  );

  it.each([
    ['*', 'a wildcard would let every web page in'],
    ['null', 'sandboxed pages of any site send it'],
    ['chat.example', 'the scheme is missing'],
    ['https://chat.example/', 'browsers send no path'],
    ['https://chat.example:443', "browsers leave the scheme's own port out"],
    ['https://user@chat.example', 'browsers send no user'],
    ['app://obsidian.md/x', 'an app sends no path either'],
    ['https://', 'the host is missing'],
  ])('%s is not an origin: %s', (origin) => {
    expect(isOrigin(origin)).toBe(false);
  });
});
