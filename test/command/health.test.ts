import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { healthCommand } from '../../src/command/health.ts';
import type { Readiness } from '../../src/core/backend.ts';
import { listen, statusOf, testApp } from '../http/test-app.ts';

async function healthOf(readiness: Readiness) {
  const { app } = testApp(undefined, { status: statusOf({ readiness: () => readiness }) });
  const { url, close } = await listen(app);
  onTestFinished(close);
  return healthAt(url);
}

async function healthAt(url: string) {
  let text = '';
  const exitCode = await healthCommand({ url }, (more) => {
    text += more;
  });
  return { exitCode, text };
}

const not = (reason: 'not_logged_in' | 'draining' | 'cli_missing' | 'cli_failing'): Readiness => ({
  ready: false,
  reason,
  message: `It is ${reason}.`,
});

describe('health', () => {
  it.each([
    { ready: true } as const,
    not('not_logged_in'),
    not('draining'),
    { ready: false, reason: 'rate_limited', message: 'Used up.', resetsAt: 0 } as const,
  ])('is content with $reason, and says nothing', async (readiness) => {
    expect(await healthOf(readiness)).toEqual({ exitCode: 0, text: '' });
  });

  it.each(['cli_missing', 'cli_failing'] as const)('says what is wrong where the service is %s', async (reason) => {
    expect(await healthOf(not(reason))).toEqual({ exitCode: 1, text: `It is ${reason}.\n` });
  });

  it('says which address does not answer', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const { exitCode, text } = await healthAt(`http://127.0.0.1:${port}`);
    expect(exitCode).toBe(1);
    expect(text).toContain(`http://127.0.0.1:${port} does not answer`);
  });
});
