import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeStartError } from '../../src/command/listen-error.ts';
import { defaultConfig } from '../../src/config/schema.ts';
import type { ListenAddress } from '../../src/core/listen-address.ts';
import { ListenError } from '../../src/http/listener.ts';
import { SocketPlaceError, type SocketPlace } from '../../src/http/unix-socket.ts';
import { temporaryDir } from '../process/fixture.ts';

const { server } = defaultConfig();

const failed = (code: string) => Object.assign(new Error(`listen ${code}`), { code });

describe('a port that is not to be had', () => {
  const describeError = (code: string, { host = '127.0.0.1', port = 80 } = {}, listen: string[] = []) =>
    describeStartError(new ListenError({ host, port }, failed(code)), { ...server, listen });

  it.each([
    ['EADDRINUSE', /^127\.0\.0\.1:80 is in use .* another port with --port or server\.port\.$/],
    ['EACCES', /^127\.0\.0\.1:80 is not permitted .* above 1023\.$/],
    ['EADDRNOTAVAIL', /^127\.0\.0\.1 is not an address of this machine: fix server\.host\.$/],
    ['EMFILE', /^127\.0\.0\.1:80 is not available: Error: listen EMFILE$/],
  ])('is named, with what to do about %s', (code, text) => {
    expect(describeError(code)).toMatch(text);
  });

  it('is told from the others of a list', () => {
    const list = ['127.0.0.1:80', '[::1]:80'];
    expect(describeError('EADDRINUSE', { host: '::1' }, list)).toMatch(/^\[::1\]:80 is in use .* in server\.listen\.$/);
    expect(describeError('EADDRNOTAVAIL', { host: '::1' }, list)).toMatch(/fix server\.listen\.$/);
  });
});

describe('a socket that is not to be had', () => {
  const at = (path: string): ListenAddress => ({ path, mode: 0o600 });
  const describePlace = (path: string, place: SocketPlace) =>
    describeStartError(new ListenError(at(path), new SocketPlaceError(path, place)), server);

  it('is in use by a process, which is named', async () => {
    const path = join(temporaryDir(), 'http.sock');
    const other = createServer().listen(path);
    await once(other, 'listening');
    expect(describePlace(path, 'in_use')).toMatch(
      new RegExp(`^${path} is in use by process ${process.pid} \\(.*node.*\\): stop it, or choose another path`),
    );
    other.close();
  });

  it.each([
    ['in_use', /^\/nowhere\/a is in use by another program or another harness: stop it/],
    ['not_a_socket', /^\/nowhere\/a is not a socket, and is left as it is: remove it/],
    ['no_folder', /^\/nowhere\/a can't be made, since its folder does not exist: create it/],
  ] as const)('says what to do where its place is %s', (place, text) => {
    expect(describePlace('/nowhere/a', place)).toMatch(text);
  });

  it('may be forbidden', () => {
    const error = new ListenError(at('/root/a'), failed('EACCES'));
    expect(describeStartError(error, server)).toMatch(/^\/root\/a can't be made, or looked at, by this user/);
  });
});

it('another failure is told as it is', () => {
  expect(describeStartError(new Error('no disk'), server)).toBe('The service could not start: Error: no disk');
});
