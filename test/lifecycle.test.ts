import { expect, it } from 'vitest';
import { defaultConfig } from '../src/config/schema.ts';
import { Lifecycle, type LifecycleParts } from '../src/lifecycle.ts';
import { FakeSessions } from './support/agents/fake-sessions.ts';
import { draftOf, profileOf } from './support/agents/profile.ts';
import { memoryLog } from './support/memory-log.ts';
import { testApp } from './http/test-app.ts';

const nothing = () => Promise.resolve();

/** A service whose CLI says something in its session while it ends. */
async function service() {
  const sessions = new FakeSessions(profileOf());
  const { app, active, watching } = testApp(undefined, { sessions });
  const { id } = await sessions.create(undefined, draftOf());
  const config = defaultConfig();
  const cli = {
    start: nothing,
    settle: nothing,
    drain: nothing,
    turns: { close: nothing },
    stop: async () => {
      await Promise.resolve(sessions.say(id, { type: 'session.status_terminated' }));
    },
  };
  const parts = {
    app,
    config: { ...config, server: { ...config.server, port: 0 } },
    log: memoryLog(),
    backends: { cli, direct: undefined, usual: {} },
    plan: { questions: { start: nothing, stop: nothing } },
    budgets: { load: nothing },
    jobs: { start: nothing, drain: nothing, stop: nothing },
    alerts: { start: nothing, stop: nothing },
    state: {
      file: { close: nothing },
      shared: { close: nothing },
      files: { close: nothing },
      requests: { store: nothing },
      access: { log: { close: nothing } },
      sweep: { start: nothing, stop: nothing },
    },
    active,
    watching,
    listenFd: undefined,
  };
  const lifecycle = new Lifecycle(parts as unknown as LifecycleParts);
  const { port } = await lifecycle.start();
  return { lifecycle, watching, url: `http://127.0.0.1:${port}/v1/sessions/${id}/events/stream` };
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
