import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cloudflareNamedTunnel, cloudflareQuickTunnel } from '../../src/tunnel/cloudflare.ts';
import { ngrokTunnel } from '../../src/tunnel/ngrok.ts';
import { sshTunnel, type SshOptions } from '../../src/tunnel/ssh.ts';
import type { TunnelTool } from '../../src/tunnel/tool.ts';
import { Tunnel } from '../../src/tunnel/tunnel.ts';
import { isAlive, temporaryDir } from '../process/fixture.ts';
import { memoryLog, type MemoryLog } from '../support/memory-log.ts';

const programs = fileURLToPath(new URL('../fixtures/tunnel', import.meta.url));
/** A shell may take its time on a busy machine. */
const patience = { timeout: 8000 };
const target = { host: '127.0.0.1', port: 8013 };

let home: string;
let log: MemoryLog;
let tunnels: Tunnel[];

beforeEach(() => {
  home = temporaryDir();
  log = memoryLog();
  tunnels = [];
});

afterEach(async () => {
  await Promise.all(tunnels.map((tunnel) => tunnel.stop()));
});

function open(tool: TunnelTool): Tunnel {
  const env = { HOME: home, PATH: process.env['PATH'] ?? '' };
  const tunnel = new Tunnel({ tool, path: join(programs, tool.name), env, log, ticks: () => performance.now() });
  tunnels.push(tunnel);
  tunnel.start(target);
  return tunnel;
}

const noted = (name: string): string => readFileSync(join(home, name), 'utf8');
const order = (name: string): void => {
  writeFileSync(join(home, name), '');
};
const pidIn = (name: string): number => Number(noted(name));
const addresses = () => log.lines.flatMap(({ message }) => /public at (.*)/.exec(message)?.[1] ?? []);
const warnings = () => log.lines.filter(({ level }) => level === 'warn');

async function whenOpen(tunnel: Tunnel): Promise<string | undefined> {
  await expect.poll(() => tunnel.url, patience).toBeDefined();
  return tunnel.url;
}

describe('a quick tunnel of Cloudflare', () => {
  it('leads to the service, and tells its address', async () => {
    expect(await whenOpen(open(cloudflareQuickTunnel()))).toBe('https://made-up-1.trycloudflare.com');
    expect(noted('calls')).toBe('tunnel --no-autoupdate --config /dev/null --url http://127.0.0.1:8013\n');
    expect(log.lines.at(-1)).toMatchObject({
      level: 'info',
      message: 'the service is public at https://made-up-1.trycloudflare.com',
    });
  });

  it('is opened again when its program dies, and has no address meanwhile', async () => {
    const tunnel = open(cloudflareQuickTunnel());
    await whenOpen(tunnel);
    process.kill(pidIn('pid'), 'SIGKILL');
    await expect.poll(() => warnings().length, patience).toBe(1);
    expect(warnings()[0]).toMatchObject({
      message: 'the tunnel is closed: cloudflared ended; it is started again',
      fields: { exit: 'SIGKILL', wait_ms: 250 },
    });
    expect(tunnel.url).toBeUndefined();
    expect(await whenOpen(tunnel)).toBe('https://made-up-2.trycloudflare.com');
  });

  it('says why its program ended, and takes no address from that', async () => {
    order('ends');
    expect(await whenOpen(open(cloudflareQuickTunnel()))).toBe('https://made-up-2.trycloudflare.com');
    expect(addresses()).toEqual(['https://made-up-2.trycloudflare.com']);
    expect(warnings()[0]?.fields).toMatchObject({
      exit: 'exit code 1',
      said: expect.stringMatching(
        /^2025-11-30T01:00:00Z ERR failed to request quick Tunnel: .* no such host$/,
      ) as string,
    });
  });

  it('ends with all that its program has started, also when that ignores SIGTERM', async () => {
    order('stays');
    const tunnel = open(cloudflareQuickTunnel());
    await whenOpen(tunnel);
    await expect.poll(() => existsSync(join(home, 'helper')), patience).toBe(true);
    await tunnel.stop();
    expect([isAlive(pidIn('pid')), isAlive(pidIn('helper'))]).toEqual([false, false]);
    expect(tunnel.url).toBeUndefined();
    expect(warnings()).toEqual([]);
  });

  it('is not opened again after a stop in between', async () => {
    order('ends');
    const tunnel = open(cloudflareQuickTunnel());
    await expect.poll(() => warnings().length, patience).toBe(1);
    await tunnel.stop();
    expect(noted('calls').split('\n')).toHaveLength(2);
  });
});

describe('a named tunnel of Cloudflare', () => {
  it('is open when it says so, and its token is in its environment alone', async () => {
    const tool = cloudflareNamedTunnel({ publicUrl: 'https://harness.example.com', token: 'made-up-token' });
    expect(await whenOpen(open(tool))).toBe('https://harness.example.com');
    expect(noted('calls')).toBe('tunnel --no-autoupdate run\n');
    expect(noted('environment')).toContain('TUNNEL_TOKEN=made-up-token\n');
  });

  it('tells nobody its token, which its program may print', async () => {
    order('ends');
    const tool = cloudflareNamedTunnel({ publicUrl: 'https://harness.example.com', token: 'made-up-token' });
    await whenOpen(open(tool));
    expect(warnings()[0]?.fields['said']).toBe('2025-11-30T01:00:00Z ERR Provided Tunnel token is not valid: (hidden)');
    expect(JSON.stringify(log.lines)).not.toContain('made-up-token');
  });
});

describe('a tunnel of ngrok', () => {
  it('tells its address; its token is in its environment alone, and nothing is kept of requests', async () => {
    const tool = ngrokTunnel({ publicUrl: 'https://harness.ngrok.app', token: 'made-up-token' });
    expect(await whenOpen(open(tool))).toBe('https://made-up.ngrok-free.app');
    expect(noted('calls')).toBe(
      'http 127.0.0.1:8013 --log stdout --log-format json --inspect=false --url https://harness.ngrok.app\n',
    );
    expect(noted('environment')).toContain('NGROK_AUTHTOKEN=made-up-token\n');
  });

  it('says that it needs a token', async () => {
    open(ngrokTunnel({}));
    await expect
      .poll(() => warnings()[0]?.fields['said'], patience)
      .toContain('requires a verified account and authtoken');
  });
});

describe('a tunnel by ssh', () => {
  const options = { destination: 'ssh://tunnel@example.com:2222', remoteAddress: '8013' } satisfies SshOptions;

  it('is the port of the server that has taken the forwarding', async () => {
    const files = { keyFile: '/k e y', knownHostsFile: '/known hosts', agentSocket: '/agent' };
    expect(await whenOpen(open(sshTunnel({ ...options, ...files })))).toBe('http://example.com:8013');
    expect(noted('calls')).toBe(
      '-v -N -T -o BatchMode=yes -o ExitOnForwardFailure=yes -o ServerAliveInterval=15 -o ServerAliveCountMax=3 -S none ' +
        '-i /k e y -o IdentitiesOnly=yes -o UserKnownHostsFile="/known hosts" -R 8013:127.0.0.1:8013 -- ssh://tunnel@example.com:2222\n',
    );
    expect(noted('environment')).toContain('SSH_AUTH_SOCK=/agent\n');
  });

  it('may be a port that the server chooses', async () => {
    const tool = sshTunnel({ destination: 'tunnel@example.com', remoteAddress: '0' });
    expect(await whenOpen(open(tool))).toBe('http://example.com:43219');
    expect(addresses()).toEqual(['http://example.com:43219']);
  });

  it('may have another address before it', async () => {
    const tool = sshTunnel({ ...options, publicUrl: 'https://harness.example.com' });
    expect(await whenOpen(open(tool))).toBe('https://harness.example.com');
  });

  it('says that the server has refused it', async () => {
    order('refuses');
    open(sshTunnel(options));
    await expect
      .poll(() => warnings()[0]?.fields, patience)
      .toMatchObject({ exit: 'exit code 255', said: 'Error: remote port forwarding failed for listen port 8013' });
  });
});

it('a program that cannot be started is tried again', async () => {
  const tool = { ...cloudflareQuickTunnel(), name: 'none' };
  open(tool);
  await expect.poll(() => warnings().length, patience).toBeGreaterThan(1);
});
