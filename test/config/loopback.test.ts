import { expect, it } from 'vitest';
import { isLoopbackHost } from '../../src/config/loopback.ts';

it.each(['127.0.0.1', '127.255.3.4', '::1', '0:0:0:0:0:0:0:1', 'localhost', 'LOCALHOST'])('%s is loopback', (host) => {
  expect(isLoopbackHost(host)).toBe(true);
});

it.each(['0.0.0.0', '::', '128.0.0.1', '192.168.1.5', '::2', '127.0.0.1.nip.io', 'localhost.lan', '0', '127'])(
  '%s is not loopback',
  (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  },
);
