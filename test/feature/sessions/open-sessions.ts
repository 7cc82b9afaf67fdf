import { expect, onTestFinished, vi } from 'vitest';
import type { AgentProfile } from '../../../src/core/agent.ts';
import type { ClientEvent, PreviewEvent, SessionEvent } from '../../../src/core/session-event.ts';
import type { Caller, SessionDraft } from '../../../src/core/sessions.ts';
import { createSessions, type CreateSessionsOptions } from '../../../src/feature/sessions/create-sessions.ts';
import { StoredFileContents } from '../../../src/feature/file-contents/file-contents.ts';
import type { AgentSessions } from '../../../src/feature/sessions/sessions.ts';
import type { StateFile } from '../../../src/state/state-file.ts';
import { openState, type OpenState } from '../../state/open-state.ts';
import { FakeEngine } from '../../support/agents/fake-engine.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { plainProfile } from '../../support/agents/profile.ts';

export const profile: AgentProfile = {
  ...plainProfile,
  name: 'coder',
  model: 'claude-sonnet-5',
  workspaces: [{ path: '/srv/code', mode: 'rw' }],
  tools: ['bash', 'read', 'grep'],
  maxTurns: 20,
};

export interface OpenSessions {
  sessions: AgentSessions;
  engine: FakeEngine;
  state: OpenState;
}

export type OpenOptions = Partial<
  Omit<CreateSessionsOptions, 'stateFile' | 'engine' | 'log' | 'now' | 'ticks' | 'newId' | 'owners'>
> & {
  owners?: readonly string[];
  /** Of a service that was there before. */
  path?: string;
  clock?: OpenState['clock'];
  /** Called after each write that was kept. */
  onWrite?: (state: OpenState) => void;
};

let starts = 0;
let agents = 0;

function newAgentId(): string {
  agents += 1;
  return `agent_${String(agents).padStart(32, '0')}`;
}

/** A service of its own; with `path` over the state file of another one. Stopped with the test. */
export function openSessions({ path, clock, onWrite, owners = [], ...options }: OpenOptions = {}): OpenSessions {
  starts += 1;
  const serviceId = `service-${starts}`;
  const state = openState(path === undefined ? {} : { path });
  const time = clock ?? state.clock;
  const engine = new FakeEngine();
  let ids = 0;
  const newId = (prefix: string) => () => {
    ids += 1;
    return `${prefix}_${serviceId}_${ids}`;
  };
  const sessions = createSessions({
    ...{ profiles: [profile], owners: () => owners, maxLive: 4, idleAfterMs: 60_000, retryMs: 5, serviceId, engine },
    ...{ keepMs: 90 * 24 * 60 * 60 * 1000, maxAgeMs: 60_000, warm: { coder: 'never' } },
    fileContents: new StoredFileContents(memoryFiles()),
    ...options,
    stateFile: onWrite === undefined ? state.file : withWriteHook(state, onWrite),
    log: state.log,
    now: () => time.now,
    ticks: () => performance.now(),
    newId: { agent: newAgentId, session: newId('sesn'), event: newId('sevt'), transcript: newId('transcript') },
  });
  onTestFinished(() => sessions.stop());
  return { sessions, engine, state: { ...state, clock: time } };
}

function withWriteHook(state: OpenState, onWrite: (state: OpenState) => void): StateFile {
  const { file } = state;
  const write = file.write.bind(file);
  file.write = (work) => {
    const result = write(work);
    onWrite(state);
    return result;
  };
  return file;
}

/** Another service over the same state file, and the same clock. */
export function openAnother({ state }: OpenSessions, options: OpenOptions = {}): OpenSessions {
  return openSessions({ path: state.path, clock: state.clock, ...options });
}

/** What a process that is killed leaves: nothing more of it is kept, and its claims run out. */
export function kill({ state }: OpenSessions): void {
  state.file.close();
  state.clock.now += 60_000;
}

/** Answers all that is asked, as long as the service lives. */
export async function answerAll({ sessions }: OpenSessions, id: string): Promise<void> {
  const left = new AbortController();
  onTestFinished(() => {
    left.abort();
  });
  const asked = new Set<string>();
  const answer = async (event: SessionEvent | PreviewEvent) => {
    if (event.type !== 'session.status_idle' || event.stop_reason.type !== 'requires_action') return;
    for (const eventId of event.stop_reason.event_ids) {
      if (asked.has(eventId)) continue;
      asked.add(eventId);
      const { data } = await sessions.events(undefined, id, { limit: 1000, order: 'asc', created: {} });
      const isCustom = data.find((call) => call.id === eventId)?.type === 'agent.custom_tool_use';
      await sessions.send(undefined, id, [
        isCustom
          ? { type: 'user.custom_tool_result', custom_tool_use_id: eventId, content: [{ type: 'text', text: '42' }] }
          : { type: 'user.tool_confirmation', tool_use_id: eventId, result: 'allow' },
      ]);
    }
  };
  const events = await sessions.follow(undefined, id, { previews: false }, left.signal);
  const { data } = await sessions.events(undefined, id, { limit: 1000, order: 'asc', created: {} });
  const last = data.filter((event) => event.type === 'session.status_idle').at(-1);
  void (async () => {
    if (last !== undefined) await answer(last);
    for await (const event of events) await answer(event);
    // The service that was to answer may be dead by now.
  })().catch(() => undefined);
}

export const user = (text: string): ClientEvent => ({ type: 'user.message', content: [{ type: 'text', text }] });

export const draft = (changes: Partial<SessionDraft> = {}): SessionDraft => ({
  agent: 'coder',
  overrides: {},
  title: null,
  metadata: {},
  events: [],
  ...changes,
});

/** All events of a session, with those that wait. */
export async function eventsOf(
  { sessions }: OpenSessions,
  id: string,
  caller?: Caller,
): Promise<readonly SessionEvent[]> {
  const { data } = await sessions.events(caller, id, { limit: 1000, order: 'asc', created: {} });
  return data;
}

/** An event in a word or two. */
export function brief(event: SessionEvent | PreviewEvent): string {
  if (event.type === 'user.message' || event.type === 'system.message' || event.type === 'agent.message') {
    return `${event.type}: ${event.content.map((block) => ('text' in block ? String(block['text']) : block.type)).join()}`;
  }
  if (event.type === 'session.status_idle') return `idle: ${event.stop_reason.type}`;
  if (event.type === 'session.error') return `error: ${event.error.code ?? event.error.type}`;
  if (event.type === 'event_delta') return `delta: ${event.delta.content.text}`;
  return event.type.replace('session.status_', '');
}

export async function briefly(service: OpenSessions, id: string): Promise<readonly string[]> {
  return (await eventsOf(service, id)).map(brief);
}

/** Waits until the last event is this one, then gives all of them. */
export async function untilLast(
  service: OpenSessions,
  id: string,
  last: string,
  caller?: Caller,
): Promise<readonly SessionEvent[]> {
  return vi.waitFor(
    async () => {
      const events = await eventsOf(service, id, caller);
      const happened = events.filter(({ processed_at: at }) => at !== null).map(brief);
      if (happened.at(-1) !== last) throw new Error(`the last is not ${last}: ${happened.join(' | ')}`);
      return events;
    },
    { timeout: 5000, interval: 2 },
  );
}

export function idOf(events: readonly SessionEvent[], type: SessionEvent['type'], nth = 0): string {
  const found = events.filter((event) => event.type === type)[nth];
  if (found === undefined) throw new Error(`there is no ${type}`);
  return found.id;
}

/** Waits until what it gives is as expected, for longer than even a busy machine should need. */
export function poll<T>(read: () => T): ReturnType<typeof expect.poll<T>> {
  return expect.poll(read, { timeout: 5000, interval: 5 });
}

/** Follows a session and keeps what it sees. */
export async function watch(
  { sessions }: OpenSessions,
  id: string,
  options: { after?: string; previews?: boolean } = {},
): Promise<{ seen: (SessionEvent | PreviewEvent)[]; over: Promise<void>; leave: () => void }> {
  const left = new AbortController();
  onTestFinished(() => {
    left.abort();
  });
  const events = await sessions.follow(undefined, id, { previews: false, ...options }, left.signal);
  const seen: (SessionEvent | PreviewEvent)[] = [];
  const over = (async () => {
    for await (const event of events) seen.push(event);
  })();
  over.catch(() => undefined);
  return {
    seen,
    over,
    leave: () => {
      left.abort();
    },
  };
}

/** What `toThrow` and `rejects` compare with. */
export const failure = (code: string, param?: string): object => ({
  code,
  ...(param !== undefined && { facts: { param } }),
});
