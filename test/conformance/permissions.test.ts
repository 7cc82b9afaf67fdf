import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { readServerSentEvents } from '../../src/util/server-sent-events.ts';
import type { Behaviour } from '../../src/stand-in/behaviour.ts';
import { agentsConfig } from '../support/agents/agents-config.ts';
import { cheapModel, startHarness, type Harness } from '../support/harness.ts';

let harness: Harness;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'agent-work-'));
  harness = await startHarness(undefined, {
    agents: agentsConfig({
      careful: {
        model: cheapModel,
        workspaces: [{ path: folder, mode: 'rw' }],
        tools: ['bash', 'read', 'write'],
        permissions: { default: 'always_ask' },
        sandbox: 'off',
      },
    }),
  });
});

afterAll(async () => {
  await harness.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface PermissionEvent {
  type?: string;
  request_id?: string;
  [field: string]: unknown;
}

/** The stream of requests, as a script reads it. */
class Watched {
  readonly #events: AsyncIterator<{ data: string }>;

  private constructor(events: AsyncIterator<{ data: string }>) {
    this.#events = events;
  }

  static async open(): Promise<Watched> {
    const left = new AbortController();
    onTestFinished(() => {
      left.abort();
    });
    const { body } = await fetch(`${harness.url}/permissions/stream`, { signal: left.signal });
    if (body === null) throw new Error('the stream has no body');
    return new Watched(readServerSentEvents(body)[Symbol.asyncIterator]());
  }

  /** The next event of a type that is of a request, if one is named. */
  async until(type: string, requestId?: string): Promise<PermissionEvent> {
    for (;;) {
      const next = await this.#events.next();
      if (next.done === true) throw new Error(`the stream ended without ${type}`);
      const event = JSON.parse(next.value.data) as PermissionEvent;
      if (event.type === type && (requestId === undefined || event.request_id === requestId)) return event;
    }
  }
}

async function post(path: string, body: object): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${harness.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function show(id: string): Promise<Record<string, unknown>> {
  return (await (await fetch(`${harness.url}/permissions/${id}`)).json()) as Record<string, unknown>;
}

/** Lets the agent write a file, then say that it is done. Gives the session's id. */
async function begin(path: string): Promise<string> {
  const write: Behaviour = {
    kind: 'answer',
    toolUses: [{ name: 'Write', input: { file_path: path, content: 'written\n' } }],
  };
  harness.standIn.behave([write, { kind: 'answer', text: 'Done.' }]);
  const { body } = await post('/v1/sessions', {
    agent: 'careful',
    initial_events: [{ type: 'user.message', content: 'Write it.' }],
  });
  return String(body['id']);
}

/** The turn is over: what the stand-in is told next is for another one. */
async function untilEnd(sessionId: string): Promise<void> {
  await expect
    .poll(async () => {
      const response = await fetch(`${harness.url}/v1/sessions/${sessionId}/events?order=desc&limit=1`);
      return (await response.json()) as object;
    })
    .toMatchObject({ data: [{ type: 'session.status_idle', stop_reason: { type: 'end_turn' } }] });
}

describe('a request for permission', () => {
  test('is streamed, and shown again to who comes later; allowed, the call is made', async () => {
    const path = join(folder, 'allowed.txt');
    const watched = await Watched.open();
    const sessionId = await begin(path);
    const asked = await watched.until('permission_request');
    expect(asked).toMatchObject({
      ...{ tool_name: 'write', agent: 'careful', session_id: sessionId, expires_at: null, timeout_seconds: null },
      input: { file_path: path, content: 'written\n' },
      tool_input: { file_path: path, content: 'written\n' },
    });
    const id = String(asked.request_id);
    const late = await Watched.open();
    expect(await late.until('permission_request', id)).toEqual(asked);
    expect(await show(id)).toMatchObject({ status: 'pending' });
    expect(existsSync(path)).toBe(false);

    expect(await post(`/permissions/${id}/respond`, { allowed: true })).toEqual({
      status: 200,
      body: { status: 'success', permission_id: id, allowed: true },
    });
    for (const stream of [watched, late]) {
      expect(await stream.until('permission_resolved', id)).toMatchObject({ allowed: true });
    }
    await expect.poll(() => (existsSync(path) ? readFileSync(path, 'utf8') : undefined)).toBe('written\n');
    expect((await post(`/permissions/${id}/respond`, { allowed: false })).status).toBe(409);
    const confirmation = { type: 'user.tool_confirmation', tool_use_id: id, result: 'deny' };
    expect((await post(`/v1/sessions/${sessionId}/events`, { events: [confirmation] })).status).toBe(409);
    expect(await show(id)).toMatchObject({ status: 'allowed' });
    await untilEnd(sessionId);
  });

  test('is denied with a reason that the model learns, and the call is not made', async () => {
    const path = join(folder, 'denied.txt');
    const watched = await Watched.open();
    const sessionId = await begin(path);
    const id = String((await watched.until('permission_request')).request_id);
    await post(`/permissions/${id}/respond`, { allowed: false, message: 'Not in this folder.' });
    expect(await watched.until('permission_resolved', id)).toMatchObject({ allowed: false });
    await expect.poll(() => JSON.stringify(harness.standIn.requests.at(-1)?.body)).toContain('Not in this folder.');
    expect(existsSync(path)).toBe(false);
    await untilEnd(sessionId);
  });

  test('that is answered as an event of the session is settled for all, and so is one that is withdrawn', async () => {
    const watched = await Watched.open();
    const path = join(folder, 'elsewhere.txt');
    const first = await begin(path);
    const id = String((await watched.until('permission_request')).request_id);
    const confirmation = { type: 'user.tool_confirmation', tool_use_id: id, result: 'allow' };
    expect((await post(`/v1/sessions/${first}/events`, { events: [confirmation] })).status).toBe(200);
    expect(await watched.until('permission_resolved', id)).toMatchObject({ allowed: true });
    await untilEnd(first);
    expect(existsSync(path)).toBe(true);

    const second = await begin(join(folder, 'withdrawn.txt'));
    const other = String((await watched.until('permission_request')).request_id);
    await post(`/v1/sessions/${second}/events`, { events: [{ type: 'user.interrupt' }] });
    await watched.until('permission_expired', other);
    expect(await show(other)).toMatchObject({ status: 'expired' });
    expect((await post(`/permissions/${other}/respond`, { allowed: true })).status).toBe(409);
    expect(existsSync(join(folder, 'withdrawn.txt'))).toBe(false);
  });
});
