import { describe, expect, it } from 'vitest';
import { load, loadText, problemsOf } from './config-folder.ts';

const hash = `sha256:${'0'.repeat(64)}`;
const withToken = (text: string) => () => loadText(`server: {tokens: [${hash}]}\ntunnel: {${text}}`);

describe('a tunnel', () => {
  it('needs a token', () => {
    expect(problemsOf(() => loadText('tunnel:\n  type: cloudflare'))).toEqual([
      expect.stringMatching(/^harness\.yaml:2:3: tunnel\.type: expected none without an entry in server\.tokens/),
    ]);
    expect(problemsOf(() => load({ flags: { tunnel: 'ngrok' } }))).toEqual([
      expect.stringMatching(/^--tunnel: tunnel\.type: expected none without an entry in server\.tokens/),
    ]);
  });

  it('needs a port', () => {
    const text = `server: {tokens: [${hash}], listen: ['unix:/a']}\ntunnel: {type: ngrok}`;
    expect(problemsOf(() => loadText(text))).toEqual([
      expect.stringContaining('without a TCP address in server.listen'),
    ]);
    expect(() => loadText(text.replace("'unix:/a'", "'unix:/a', 127.0.0.1:1"))).not.toThrow();
  });

  it('by ssh needs a server', () => {
    expect(problemsOf(withToken('type: ssh'))).toEqual([expect.stringContaining('expected tunnel.ssh_destination')]);
  });

  it('is off while its other settings stay', () => {
    const env = { CLAUDE_HARNESS_TUNNEL__TYPE: 'none' };
    const { config } = loadText('tunnel: {type: ssh, ssh_destination: box}', { env });
    expect(config.tunnel.type).toBe('none');
  });

  it.each(['box', 'tunnel@box.lan', 'ssh://box', 'ssh://tunnel@box:2222', 'ssh://tunnel@[fd00::1]:22'])(
    'leads to %s',
    (destination) => {
      expect(withToken(`type: ssh, ssh_destination: "${destination}"`)).not.toThrow();
    },
  );

  it.each(['', '-oProxyCommand=true', 'tunnel@-oProxyCommand=true', 'ssh://-o', 'box:2222', 'a b', 'ssh://box/x'])(
    'does not lead to %j',
    (destination) => {
      expect(withToken(`type: ssh, ssh_destination: "${destination}"`)).toThrow('a destination of ssh');
    },
  );

  it.each(['8013', '0', '*:80', 'localhost:80', '[::1]:80'])('is taken at %s', (address) => {
    expect(withToken(`remote_address: "${address}"`)).not.toThrow();
  });

  it.each(['', 'x', ':80', '80:localhost:80', '-1', '/run/a.sock'])('is not taken at %j', (address) => {
    expect(withToken(`remote_address: "${address}"`)).toThrow('a port or an address');
  });
});
