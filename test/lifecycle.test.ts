import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { LiveConfig } from '../src/config/live-config.ts';
import { defaultConfig, type Config } from '../src/config/schema.ts';
import { Lifecycle, type LifecycleParts } from '../src/lifecycle.ts';
import { FakeSessions } from './support/agents/fake-sessions.ts';
import { hashToken } from '../src/util/token-hash.ts';
import { draftOf, profileOf } from './support/agents/profile.ts';
import { memoryLog } from './support/memory-log.ts';
import { chat, testApp } from './http/test-app.ts';

const nothing = () => Promise.resolve();

/** A service whose CLI says something in its session while it ends. */
async function service(server: Partial<Config['server']> = {}, closeQueue = (): unknown => undefined, tunnel?: object) {
  const called: string[] = [];
  const sessions = new FakeSessions(profileOf());
  const { app, active, watching } = testApp(undefined, { sessions });
  const { id } = await sessions.create(undefined, draftOf());
  const config = defaultConfig();
  const cli = {
    start: nothing,
    settle: nothing,
    drain: nothing,
    turns: { close: closeQueue, limitsChanged: () => called.push('limits') },
    stop: async () => {
      await Promise.resolve(sessions.say(id, { type: 'session.status_terminated' }));
    },
  };
  const parts = {
    app,
    live: new LiveConfig({ ...config, server: { ...config.server, port: 0, ...server } }),
    log: memoryLog(),
    backends: { cli, direct: undefined, usual: {} },
    plan: { questions: { start: nothing, stop: nothing } },
    budgets: { load: () => Promise.resolve(called.push('budgets')) },
    jobs: { start: nothing, drain: nothing, stop: nothing },
    alerts: { start: nothing, stop: nothing },
    garbage: { stop: nothing },
    state: {
      file: { close: nothing },
      shared: { close: () => Promise.resolve(called.push('shared closed')) },
      files: { close: nothing },
      requests: { store: nothing },
      access: { log: { close: () => called.push('log closed') } },
      usagePublisher: {
        start: () => called.push('publishing'),
        close: () => Promise.resolve(called.push('published')),
      },
      sweep: { start: nothing, stop: nothing },
    },
    active,
    watching,
    listenFds: [],
    tunnel,
  };
  const lifecycle = new Lifecycle(parts as unknown as LifecycleParts);
  const [address] = await lifecycle.start();
  return { lifecycle, called, watching, address, url: `${address}/v1/sessions/${id}/events/stream` };
}

it('a stop does not wait for those who watch a session, and shows them what happens until the end', async () => {
  const { lifecycle, watching, url } = await service();
  const response = await fetch(url);
  const text = response.text();
  // What is being answered has half a minute, this test ten seconds.
  await lifecycle.stop();
  expect(await text).toContain('event: session.status_terminated');
  expect(await watching.idle(0)).toBe(true);
});

it('what was used is published from the start on, and what is stored last before the database is closed', async () => {
  const { lifecycle, called } = await service();
  expect(called).toEqual(['budgets', 'publishing']);
  called.length = 0;
  await lifecycle.stop();
  expect(called).toEqual(['log closed', 'published', 'shared closed']);
});

describe('a reload', () => {
  const tokens = [{ hash: hashToken('right'), role: 'client' as const }];
  const withTokens = (some: typeof tokens): Config => {
    const config = defaultConfig();
    return { ...config, server: { ...config.server, port: 0, tokens: some } };
  };

  it('gives free places to those that wait, and looks up what clients with new budgets have used', async () => {
    const { lifecycle, called } = await service();
    onTestFinished(() => lifecycle.stop());
    called.length = 0;
    expect(lifecycle.reload(withTokens(tokens))).toEqual({ taken: ['server.tokens'], pending: [] });
    expect(called).toEqual(['limits', 'budgets']);
  });

  it('leaves no service open to others without a token, whatever its configuration says of the address', async () => {
    const { lifecycle, called } = await service({ host: '0.0.0.0', tokens });
    onTestFinished(() => lifecycle.stop());
    called.length = 0;
    expect(() => lifecycle.reload(withTokens([]))).toThrow(/0\.0\.0\.0.*there is no token/);
    expect(called).toEqual([]);
    expect(lifecycle.reload(withTokens(tokens)).taken).toEqual([]);
  });

  it('leaves no tunnel open without a token', async () => {
    const { lifecycle } = await service({ tokens }, undefined, { start: nothing, stop: nothing });
    onTestFinished(() => lifecycle.stop());
    expect(() => lifecycle.reload(withTokens([]))).toThrow(/the tunnel: is open.*there is no token/);
  });
});

it('a stop goes on serving until a balancer has noticed it, and refuses only then', async () => {
  const closeQueue = vi.fn();
  const { lifecycle, address } = await service({ unready_delay: 1500 }, closeQueue);
  const stopped = lifecycle.stop();
  // Once it has drained what it can, which takes no time here.
  await new Promise(setImmediate);
  const response = await fetch(`${address}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(chat),
  });
  expect([response.status, closeQueue.mock.calls.length]).toEqual([200, 0]);
  await stopped;
  expect(closeQueue).toHaveBeenCalledOnce();
});
