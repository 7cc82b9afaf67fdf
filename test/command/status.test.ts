import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runningService } from '../../src/command/running-service.ts';
import { smokeCommand } from '../../src/command/smoke.ts';
import { statusCommand } from '../../src/command/status.ts';
import { defaultConfig } from '../../src/config/schema.ts';
import { listen, statusOf, testApp } from '../http/test-app.ts';

const { server } = defaultConfig();

/** A running service, and what a command prints about it. */
async function running(changes: Parameters<typeof testApp>[1] = {}) {
  const { app } = testApp(undefined, changes);
  const { url, close } = await listen(app);
  onTestFinished(close);
  return url;
}

async function printed(command: (print: (text: string) => void) => Promise<number>) {
  let text = '';
  const exitCode = await command((more) => {
    text += more;
  });
  return { exitCode, text };
}

const statusAt = (url: string, json = false) => printed((print) => statusCommand({ url }, { json }, print));

describe('status', () => {
  it('shows a service that serves', async () => {
    const { exitCode, text } = await statusAt(await running());
    expect(exitCode).toBe(0);
    expect(text).toMatch(/^ready +yes$/m);
    expect(text).toMatch(/^version +1\.2\.3, up for 5 s$/m);
    expect(text).toMatch(/^today +0 requests served, 0 failed \(since \d\d:\d\d\)$/m);
  });

  it('tells why one does not serve, and exits with 3', async () => {
    const readiness = () => ({ ready: false, reason: 'not_logged_in', message: 'Log in.' }) as const;
    const { exitCode, text } = await statusAt(await running({ status: statusOf({ readiness }) }));
    expect(exitCode).toBe(3);
    expect(text).toMatch(/^ready +no: Log in\.$/m);
  });

  it('shows what the owner should do before long', async () => {
    const readiness = () => ({ ready: true, notice: 'The token ends soon.' }) as const;
    const { exitCode, text } = await statusAt(await running({ status: statusOf({ readiness }) }));
    expect(exitCode).toBe(0);
    expect(text).toMatch(/^notice +The token ends soon\.$/m);
  });

  it('shows each of several logins in a line', async () => {
    const resetsAt = new Date(2026, 0, 7, 12).getTime();
    const logins = [
      { name: 'home', readiness: { ready: false, reason: 'rate_limited', message: 'Used up.', resetsAt } },
      { name: 'guest', readiness: { ready: false, reason: 'not_logged_in', message: 'Log in.' } },
      { name: 'work', readiness: { ready: true } },
    ] as const;
    const report = logins.map((login) => ({ ...login, canSignIn: true }));
    const health = () => ({ ...statusOf().health(), logins: report });
    const { exitCode, text } = await statusAt(await running({ status: statusOf({ health }) }));
    expect(exitCode).toBe(0);
    expect(text.split('\n').filter((line) => line.startsWith('login'))).toEqual([
      'login     home: Used up. It resets 2026-01-07 12:00.',
      'login     guest: Log in.',
      'login     work: ready',
    ]);
  });

  it('prints all that the service says as JSON, and exits the same', async () => {
    const url = await running();
    const { exitCode, text } = await statusAt(url, true);
    expect(exitCode).toBe(0);
    expect(JSON.parse(text)).toMatchObject({ url, ready: true, version: '1.2.3', uptime_seconds: 5 });
    const readiness = () => ({ ready: false, reason: 'not_logged_in', message: 'Log in.' }) as const;
    const refused = await statusAt(await running({ status: statusOf({ readiness }) }), true);
    expect(refused.exitCode).toBe(3);
    expect(JSON.parse(refused.text)).toMatchObject({ ready: false, readiness: { message: 'Log in.' } });
    const silent = await statusAt('http://127.0.0.1:9', true);
    expect(silent.exitCode).toBe(3);
    expect(JSON.parse(silent.text)).toMatchObject({ ready: false, url: 'http://127.0.0.1:9' });
  });

  it('says which address does not answer', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const { exitCode, text } = await statusAt(`http://127.0.0.1:${port}`);
    expect(exitCode).toBe(3);
    expect(text).toContain(`http://127.0.0.1:${port} does not answer`);
    expect(text).toContain('Is the service running?');
  });
});

describe('smoke', () => {
  const smokeAt = (url: string, model = 'haiku') =>
    printed((print) => smokeCommand({ service: { url }, model, print }));

  it('checks a service as a client would', async () => {
    const { exitCode, text } = await smokeAt(await running());
    expect(exitCode).toBe(0);
    const lines = text.trimEnd().split('\n');
    expect(lines.map((line) => /^ok +(\w+):/.exec(line)?.[1])).toEqual(['health', 'ready', 'models', 'chat', 'stream']);
  });

  it('says what is wrong, and goes on', async () => {
    const readiness = () => ({ ready: false, reason: 'not_logged_in', message: 'Log in.' }) as const;
    const { exitCode, text } = await smokeAt(await running({ status: statusOf({ readiness }) }));
    expect(exitCode).toBe(1);
    expect(text).toMatch(/^problem ready: 503: Log in\.$/m);
    expect(text).toMatch(/^ok +chat:/m);
  });

  it('passes the service’s own words on', async () => {
    const { text } = await smokeAt(await running({ maxChoices: 1 }), '');
    expect(text).toMatch(/^problem chat: 400: model must not be empty\.$/m);
    expect(text).toMatch(/^problem stream: 400: model must not be empty\.$/m);
  });
});

describe('runningService', () => {
  it.each([
    ['127.0.0.1', 'http://127.0.0.1:8013'],
    ['0.0.0.0', 'http://127.0.0.1:8013'],
    ['::', 'http://[::1]:8013'],
    ['::1', 'http://[::1]:8013'],
  ])('is found at the configured %s', (host, url) => {
    expect(runningService({ ...server, host }, undefined, {})).toEqual({ url });
  });

  it.each([
    [['unix:/a', '192.168.1.5:1', '[::1]:2', '127.0.0.1:3'], 'http://[::1]:2'],
    [['192.168.1.5:1', '0.0.0.0:2'], 'http://127.0.0.1:2'],
    [['unix:/a', '192.168.1.5:1', '10.0.0.1:2'], 'http://192.168.1.5:1'],
    [['unix:/a?mode=0660', 'unix:/b'], 'unix:/a'],
  ])('of %j is found at %s', (listen, url) => {
    expect(runningService({ ...server, listen }, undefined, {})).toEqual({ url });
  });

  it('is found where the caller says, with the token of the environment', () => {
    expect(runningService(server, 'http://127.0.0.1:9', { HARNESS_TOKEN: 't' })).toEqual({
      url: 'http://127.0.0.1:9',
      token: 't',
    });
    expect(runningService(server, 'http://127.0.0.1:9', { HARNESS_TOKEN: '' })).not.toHaveProperty('token');
  });
});
