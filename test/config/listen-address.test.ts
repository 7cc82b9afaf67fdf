import { describe, expect, it } from 'vitest';
import { listenAddresses, parseListenAddress } from '../../src/config/listen-address.ts';
import { load, loadText, problemsOf } from './config-folder.ts';

const hash = `sha256:${'0'.repeat(64)}`;

describe('an address', () => {
  it.each([
    ['127.0.0.1:8013', { host: '127.0.0.1', port: 8013 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['box.lan:65535', { host: 'box.lan', port: 65_535 }],
    ['[::1]:8013', { host: '::1', port: 8013 }],
    ['[fe80::1%eth0]:80', { host: 'fe80::1%eth0', port: 80 }],
    ['unix:/run/claude-harness/http.sock', { path: '/run/claude-harness/http.sock', mode: 0o600 }],
    ['unix:/srv/a b.sock?mode=0660', { path: '/srv/a b.sock', mode: 0o660 }],
    ['unix:/srv/http.sock?mode=666', { path: '/srv/http.sock', mode: 0o666 }],
    [`unix:/${'a'.repeat(102)}`, { path: `/${'a'.repeat(102)}`, mode: 0o600 }],
  ])('%s is understood', (text, address) => {
    expect(parseListenAddress(text)).toEqual(address);
  });

  it.each([
    '',
    '8013',
    ':8013',
    '127.0.0.1',
    '127.0.0.1:65536',
    '127.0.0.1:x',
    '::1:8013',
    '[127.0.0.1]:8013',
    '[::1]',
    'http://127.0.0.1:8013',
    '*:8013',
    'unix:',
    'unix:/',
    'unix:http.sock',
    'unix:/run/',
    'unix:/srv/http.sock?mode=',
    'unix:/srv/http.sock?mode=0460',
    'unix:/srv/http.sock?mode=0680',
    'unix:/srv/http.sock?group=www',
    'unix:/srv/ht\ntp.sock',
    `unix:/${'a'.repeat(103)}`,
    `unix:/${'ä'.repeat(52)}`,
  ])('%j is none', (text) => {
    expect(parseListenAddress(text)).toBeUndefined();
  });
});

describe('server.listen', () => {
  const addressesOf = ({ config }: ReturnType<typeof load>) => listenAddresses(config.server);

  it('counts instead of host and port of a lower source', () => {
    const env = { CLAUDE_HARNESS_SERVER__LISTEN: '["[::1]:1", "unix:/a"]' };
    expect(addressesOf(loadText('server: {host: 127.0.0.2, port: 9}', { env }))).toEqual([
      { host: '::1', port: 1 },
      { path: '/a', mode: 0o600 },
    ]);
  });

  it.each([
    [{ flags: { port: '9' } }, { host: '127.0.0.1', port: 9 }],
    [{ flags: { host: '::1' } }, { host: '::1', port: 8013 }],
    [{ env: { CLAUDE_HARNESS_SERVER__PORT: '9' } }, { host: '127.0.0.1', port: 9 }],
    [{ flags: { set: ['server.listen=null'] } }, { host: '127.0.0.1', port: 8013 }],
  ])('gives way to %j of a higher source', (source, address) => {
    const loaded = loadText('server: {listen: [127.0.0.1:1]}', source);
    expect(addressesOf(loaded)).toEqual([address]);
    expect(loaded.sources.has('server.listen')).toBe(false);
  });

  it('contradicts host and port of the same source', () => {
    expect(problemsOf(() => loadText('server:\n  port: 9\n  listen: [127.0.0.1:1]'))).toEqual([
      'harness.yaml:2:3: server.port: expected either this or server.listen, found both',
    ]);
    expect(problemsOf(() => load({ flags: { host: '::1', set: ['server.listen=127.0.0.1:1'] } }))).toEqual([
      '--host: server.host: expected either this or server.listen, found both',
    ]);
  });

  it('may be empty beside them', () => {
    expect(addressesOf(loadText('server: {port: 9, listen: []}'))).toEqual([{ host: '127.0.0.1', port: 9 }]);
  });

  it('needs a token for each address that other machines reach, and for no other', () => {
    const text =
      'server:\n  listen:\n    - 127.0.0.1:1\n    - unix:/a?mode=0666\n    - 0.0.0.0:1\n    - "[fd00::1]:1"\n';
    const expected = 'expected a loopback address such as 127.0.0.1, or at least one entry in server.tokens';
    expect(problemsOf(() => loadText(text))).toEqual([
      expect.stringContaining(`harness.yaml:5:7: server.listen[2]: ${expected}`),
      expect.stringContaining(`harness.yaml:6:7: server.listen[3]: ${expected}`),
    ]);
    const env = { CLAUDE_HARNESS_SERVER__TOKENS: hash };
    expect(addressesOf(loadText(text, { env }))).toHaveLength(4);
  });

  it('does not ask for a token for a host that does not count', () => {
    const env = { CLAUDE_HARNESS_SERVER__LISTEN: '127.0.0.1:1' };
    expect(addressesOf(loadText('server: {host: 0.0.0.0}', { env }))).toEqual([{ host: '127.0.0.1', port: 1 }]);
  });

  it('has each address once', () => {
    expect(problemsOf(() => loadText('server: {listen: [127.0.0.1:1, 127.0.0.1:1]}'))).toEqual([
      'harness.yaml:1:32: server.listen[1]: expected each address once, found 127.0.0.1:1',
    ]);
  });

  it('says what an address looks like', () => {
    expect(problemsOf(() => loadText('server: {listen: [8013]}'))).toEqual([
      'harness.yaml:1:19: server.listen[0]: expected an address such as 127.0.0.1:8013, [::1]:8013, ' +
        'unix:/run/claude-harness/http.sock or unix:/srv/http.sock?mode=0660, found 8013',
    ]);
  });
});
