import { afterEach, describe, expect, it } from 'vitest';
import { HarnessError } from '../../../../src/core/errors.ts';
import { FakeSessions } from '../../../support/agents/fake-sessions.ts';
import { draftOf, profileOf } from '../../../support/agents/profile.ts';
import { listen, testApp, type Listening, type TestChanges } from '../../test-app.ts';

const open: Listening[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((listening) => listening.close()));
});

async function start(changes: TestChanges = {}) {
  const sessions = new FakeSessions(profileOf());
  const test = testApp(undefined, { sessions, ...changes });
  const listening = await listen(test.app);
  open.push(listening);
  const { id } = await sessions.create(undefined, draftOf());
  return { ...test, sessions, id, url: `${listening.url}/v1/sessions/${id}/events/stream` };
}

/** The frames of a stream as they come. */
async function follow(url: string, headers: Record<string, string> = {}) {
  const left = new AbortController();
  const response = await fetch(url, { headers, signal: left.signal });
  const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    response,
    leave: () => {
      left.abort();
    },
    /** All until the stream contains `end`. */
    until: async (end: string): Promise<string> => {
      while (!text.includes(end)) {
        const { done, value } = await reader.read();
        if (done) throw new Error(`the stream ended without ${end}: ${text}`);
        text += value;
      }
      return text;
    },
    /** All until its end. */
    rest: async (): Promise<string> => {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return text;
        text += value;
      }
    },
  };
}

const thinking = { type: 'agent.thinking' } as const;
const idsIn = (text: string) => [...text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id);

describe('the stream of a session', () => {
  it('is open before anything happens, and tells what happens from then on', async () => {
    const { sessions, id, url } = await start();
    sessions.say(id, thinking);
    const { response, until } = await follow(url);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    const event = sessions.say(id, thinking);
    expect(await until('\n\n')).toBe(`id: ${event.id}\nevent: agent.thinking\ndata: ${JSON.stringify(event)}\n\n`);
  });

  it('goes on after the event that the client has seen last, without a gap or a repeat', async () => {
    const { sessions, id, url } = await start();
    const events = Array.from({ length: 5 }, () => sessions.say(id, thinking).id);
    const byQuery = await follow(`${url}?after=${events[2] ?? ''}`);
    const byHeader = await follow(`${url}?after=${events[0] ?? ''}`, { 'last-event-id': events[3] ?? '' });
    const last = sessions.say(id, thinking).id;
    expect(idsIn(await byQuery.until(`${last}"`))).toEqual([events[3], events[4], last]);
    expect(idsIn(await byHeader.until(`${last}"`))).toEqual([events[4], last]);
  });

  it('says what is wrong before it begins', async () => {
    const { url } = await start();
    const unknown = await fetch(`${url}?after=none`);
    expect([unknown.status, await unknown.text()]).toEqual([400, expect.stringContaining('"after: The session')]);
    expect((await fetch(url.replace('sesn_', 'other_'))).status).toBe(404);
  });

  it('has a head alone for those who ask for that', async () => {
    const { sessions, id, url } = await start();
    const { status, headers } = await fetch(url, { method: 'HEAD' });
    expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(sessions.watcherCount(id)).toBe(0);
  });

  it('tells of texts while they are written to those only who ask for it', async () => {
    const { sessions, id, url } = await start();
    const plain = await follow(url);
    const curious = await follow(`${url}?event_deltas[]=agent.message`);
    sessions.preview(id, { type: 'event_start', event: { type: 'agent.message', id: 'sevt_9' } });
    sessions.say(id, thinking);
    expect(await plain.until('agent.thinking"')).not.toContain('event_start');
    expect(await curious.until('agent.thinking"')).toMatch(/^event: event_start\ndata: .*"sevt_9".*\n\nid: /);
  });

  it('is kept open while nothing happens', async () => {
    const { url } = await start({ silenceMs: 20 });
    const { until } = await follow(url);
    expect(await until('event: ping\ndata: {"type":"ping"}\n\n')).toBeTruthy();
  });

  it('ends when the session is deleted', async () => {
    const { sessions, id, url } = await start();
    const { rest } = await follow(url);
    await sessions.delete(undefined, id);
    expect(await rest()).toContain('event: session.deleted');
  });

  it('ends when its client leaves', async () => {
    const { sessions, id, url, watching } = await start();
    const { leave } = await follow(url);
    expect(sessions.watcherCount(id)).toBe(1);
    leave();
    await expect.poll(() => sessions.watcherCount(id)).toBe(0);
    expect(await watching.idle(5000)).toBe(true);
  });

  it('ends with what went wrong', async () => {
    const { sessions, id, url, log } = await start();
    const known = await follow(url);
    sessions.fail(id, new HarnessError('CLI_FAILED', 'It failed.'));
    expect(await known.rest()).toMatch(/^event: error\ndata: .*"error_code":"cli_failed".*\n\n$/);
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);

    const unknown = await follow(url);
    sessions.fail(id, new Error('a secret mistake'));
    const text = await unknown.rest();
    expect(text).toContain('"error_code":"internal"');
    expect(text).not.toContain('secret');
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('is nothing that a stop waits for: what has happened is sent, then it ends', async () => {
    const { sessions, id, url, active, watching } = await start();
    const { rest } = await follow(url);
    expect(await active.idle(0)).toBe(true);
    expect(await watching.idle(0)).toBe(false);
    const events = Array.from({ length: 100 }, () => sessions.say(id, thinking).id);
    watching.abortAll(new HarnessError('DRAINING', 'The harness is shutting down.'));
    expect(idsIn(await rest())).toEqual(events);
    expect(await watching.idle(5000)).toBe(true);
  });

  it('is recorded when it is over, as no turn', async () => {
    const { sessions, id, url, log } = await start();
    const { rest } = await follow(url);
    await sessions.delete(undefined, id);
    await rest();
    await expect.poll(() => log.lines.map(({ message }) => message)).toEqual([`GET ${new URL(url).pathname} 200`]);
    expect(log.lines[0]?.fields).not.toHaveProperty('model', expect.anything());
  });
});
