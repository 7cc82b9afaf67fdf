import { onTestFinished, describe, expect, it } from 'vitest';
import { createNoticeStore } from '../../../src/feature/question-notices/notice-store.ts';
import { QuestionLinks } from '../../../src/feature/question-notices/question-links.ts';
import { QuestionNotices } from '../../../src/feature/question-notices/question-notices.ts';
import type { Webhook } from '../../../src/util/webhook.ts';
import {
  draft,
  idOf,
  openAnother,
  openSessions,
  untilLast,
  user,
  type OpenSessions,
} from '../sessions/open-sessions.ts';
import { startWebhook } from '../../support/webhook.ts';

function serviceThatAsks(service: OpenSessions = openSessions()): OpenSessions {
  service.engine.script = async (turn) => {
    await turn.ask('call-1', 'make');
    turn.endCall('call-1');
    turn.end();
  };
  return service;
}

async function ask(service: OpenSessions, caller?: string) {
  const { id } = await service.sessions.create(caller, draft({ events: [user('go')] }));
  const question = idOf(await untilLast(service, id, 'idle: requires_action', caller), 'agent.tool_use');
  const answer = { type: 'user.tool_confirmation', tool_use_id: question, result: 'allow' } as const;
  return { id, question, allow: () => service.sessions.send(caller, id, [answer]) };
}

function notify({ sessions, state }: OpenSessions, webhook: Partial<Webhook> & { url: string }, retryMs = 5) {
  const store = createNoticeStore(state.file);
  const now = () => state.clock.now;
  const links = new QuestionLinks({ questions: sessions, store, publicUrl: 'http://127.0.0.1:1/here/', now });
  const notices = new QuestionNotices({
    ...{ questions: sessions, store, links, now, retryMs },
    ...{ webhook: { format: 'json', ...webhook }, log: state.log },
  });
  notices.start();
  onTestFinished(() => notices.stop());
  return { notices, links };
}

const warnings = ({ state }: OpenSessions) => state.log.lines.filter(({ level }) => level === 'warn');

describe('notices', () => {
  it('tell of the questions of all callers, with links that answer them', async () => {
    const service = serviceThatAsks();
    const { url, received } = await startWebhook();
    const { links } = notify(service, { url: `${url}/hook?key=1`, token: 'made-up' });
    const first = await ask(service, 'sha256:ann');
    const second = await ask(service, 'sha256:bob');
    await expect.poll(() => received.map(({ body }) => body['id'])).toEqual([first.question, second.question]);
    const [{ method, path, headers, body } = received[0] as never] = received;
    expect([method, path, headers.authorization]).toEqual(['POST', '/hook?key=1', 'Bearer made-up']);
    expect(body).toMatchObject({ agent: 'coder', tool: 'bash', summary: 'coder asks to use bash: make' });
    const link = new URL(String(body['allow_url']));
    expect(link.pathname).toBe(`/here/permissions/${first.question}/decide`);
    expect(await links.open({ id: first.question, ...Object.fromEntries(link.searchParams) })).toMatchObject({
      ...{ owner: 'sha256:ann', decision: 'allow', question: { id: first.question } },
    });
  });

  it('are sent once over services and restarts', async () => {
    const service = serviceThatAsks();
    const other = openAnother(service, { claimMs: 40 });
    await other.sessions.recover();
    const { url, received } = await startWebhook();
    const running = [notify(service, { url }), notify(other, { url })];
    const questions = [await ask(service), await ask(service)].map(({ question }) => question);
    await expect.poll(() => received.length).toBe(2);
    await Promise.all(running.map(({ notices }) => notices.stop()));
    notify(openAnother(service), { url });
    questions.push((await ask(service)).question);
    const last = openAnother(service);
    notify(last, { url });
    await expect.poll(() => received.map(({ body }) => body['id'])).toEqual(questions);
  });

  it('are sent again after failures that may pass', async () => {
    const service = serviceThatAsks();
    const { url, received } = await startWebhook((_one, count) => [500, 429, 503][count - 1] ?? 200);
    notify(service, { url });
    await ask(service);
    await expect.poll(() => received.length).toBe(4);
    expect(warnings(service)).toEqual([]);
  });

  it.each([
    [404, 1, 'status 404'],
    [307, 1, 'status 307'],
    [502, 5, 'status 502'],
  ])('that fail with %i are tried %i times, and logged without secrets', async (status, tries, reason) => {
    const service = serviceThatAsks();
    const { url, received } = await startWebhook(() => status);
    notify(service, { url: `${url}/secret-topic`, token: 'secret-token' }, 1);
    const { id, question, allow } = await ask(service);
    await expect.poll(() => warnings(service)).toHaveLength(1);
    expect(received).toHaveLength(tries);
    expect(warnings(service)[0]?.fields).toEqual({ question, session_id: id, to: url, reason, tries });
    expect(JSON.stringify(service.state.log.lines)).not.toMatch(/secret|signature/);
    // The turn goes on as ever.
    await allow();
    await untilLast(service, id, 'idle: end_turn');
  });

  it('that reach nobody are logged with the reason', async () => {
    const service = serviceThatAsks();
    // Nobody listens on this port.
    notify(service, { url: 'http://127.0.0.1:2/' }, 1);
    await ask(service);
    await expect.poll(() => warnings(service)[0]?.fields).toMatchObject({ reason: 'ECONNREFUSED', tries: 5 });
  });

  it('are not tried again when the question is settled', async () => {
    const service = serviceThatAsks();
    const settle: (() => Promise<unknown>)[] = [];
    const { url, received } = await startWebhook(() => {
      void settle[0]?.();
      return 500;
    });
    const { id, question, allow } = await ask(service);
    settle.push(allow);
    const { notices } = notify(service, { url }, 100);
    await untilLast(service, id, 'idle: end_turn');
    const later = await ask(service);
    settle.length = 0;
    await expect.poll(() => received.filter(({ body }) => body['id'] === later.question).length).toBeGreaterThan(1);
    expect(received.filter(({ body }) => body['id'] === question)).toHaveLength(1);
    await notices.stop();
  });

  it('wait for a place, and are sent by the next start when the service stops before', async () => {
    const service = serviceThatAsks(openSessions({ maxLive: 6 }));
    const { url, received } = await startWebhook((_one, count) => (count <= 4 ? 'hang' : 200));
    const { notices } = notify(service, { url });
    const questions: string[] = [];
    for (let asked = 0; asked < 5; asked += 1) questions.push((await ask(service)).question);
    await expect.poll(() => received.length).toBe(4);
    await notices.stop();
    expect(received).toHaveLength(4);
    notify(service, { url });
    await expect.poll(() => received.map(({ body }) => body['id'])).toEqual(questions);
  });

  it('that wait for their next try are sent by the next start', async () => {
    const service = serviceThatAsks();
    const { url, received } = await startWebhook((_one, count) => (count === 1 ? 500 : 200));
    const { notices } = notify(service, { url }, 60_000);
    const { question } = await ask(service);
    await expect.poll(() => received.length).toBe(1);
    // A whole request later the answer to the first one is read, and the wait has begun.
    await fetch(url, { method: 'POST', body: '{}' });
    await notices.stop();
    notify(openAnother(service), { url });
    await expect.poll(() => received.map(({ body }) => body['id'])).toEqual([question, undefined, question]);
  });

  it('go on when the state file could not be read', async () => {
    const service = serviceThatAsks();
    const { url, received } = await startWebhook();
    const { sessions } = service;
    const followAll = sessions.followAllQuestions.bind(sessions);
    let failures = 1;
    sessions.followAllQuestions = (signal) => {
      failures -= 1;
      return failures < 0 ? followAll(signal) : Promise.reject(new Error('unreadable'));
    };
    notify(service, { url });
    const { question } = await ask(service);
    await expect.poll(() => received.map(({ body }) => body['id'])).toEqual([question]);
    expect(warnings(service)).toHaveLength(1);
  });
});
