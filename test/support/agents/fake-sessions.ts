import type { AgentProfile } from '../../../src/core/agent.ts';
import { HarnessError } from '../../../src/core/errors.ts';
import type {
  AcceptedEvent,
  AgentEventBody,
  ClientEvent,
  PreviewEvent,
  SessionEvent,
} from '../../../src/core/session-event.ts';
import type {
  Agent,
  Caller,
  EventQuery,
  FollowOptions,
  Page,
  PageQuery,
  Question,
  QuestionChange,
  Session,
  SessionDraft,
  SessionPatch,
  SessionQuery,
  Sessions,
} from '../../../src/core/sessions.ts';
import { promised } from '../../../src/util/promised.ts';
import { FakeQuestions } from './fake-questions.ts';
import { Watcher } from './watcher.ts';

interface Kept {
  owner: Caller;
  session: Session;
  events: SessionEvent[];
  watchers: Set<Watcher>;
}

/** When everything begins; each step takes a second. */
export const epoch = Date.parse('2026-01-31T12:00:00Z');

const turnEnd = { type: 'session.status_idle', stop_reason: { type: 'end_turn' }, stop_details: null } as const;

/** Sessions in memory whose agents say what the test says. */
export class FakeSessions implements Sessions {
  /** What was asked for, as it arrived. */
  readonly drafts: SessionDraft[] = [];
  readonly patches: SessionPatch[] = [];
  readonly sent: ClientEvent[] = [];
  readonly questions = new FakeQuestions();
  /** Of questions from then on. */
  askTimeoutMs: number | undefined;
  /** Whether a turn is over as soon as it is asked for. */
  endsTurns = false;
  readonly #versions: readonly Agent[];
  readonly #kept = new Map<string, Kept>();
  #time = epoch;
  #ids = 0;

  /** Several of one name are its versions, the newest last. */
  constructor(...profiles: AgentProfile[]) {
    this.#versions = profiles.map((profile, index) => ({
      profile,
      version: profiles.slice(0, index + 1).filter(({ name }) => name === profile.name).length,
      createdAt: epoch,
      updatedAt: epoch + index * 1000,
    }));
  }

  agents(caller: Caller): Promise<readonly Agent[]> {
    const names = new Set(this.#versions.map(({ profile }) => profile.name));
    return Promise.resolve([...names].flatMap((name) => this.#versionsOf(caller, name).slice(-1)));
  }

  async agent(caller: Caller, id: string, version?: number): Promise<Agent> {
    const versions = await this.agentVersions(caller, id);
    const agent = version === undefined ? versions[0] : versions.find((one) => one.version === version);
    if (agent === undefined) throw new HarnessError('AGENT_NOT_FOUND', 'There is no such version of this agent.');
    return agent;
  }

  agentVersions(caller: Caller, id: string): Promise<readonly Agent[]> {
    const versions = this.#versionsOf(caller, id);
    if (versions.length > 0) return Promise.resolve(versions.toReversed());
    return Promise.reject(new HarnessError('AGENT_NOT_FOUND', 'There is no such agent.'));
  }

  async create(caller: Caller, draft: SessionDraft): Promise<Session> {
    this.drafts.push(draft);
    const at = this.#tick();
    const session: Session = {
      id: this.#newId('sesn'),
      agent: await this.agent(caller, draft.agent, draft.version),
      overrides: draft.overrides,
      title: draft.title,
      metadata: draft.metadata,
      ...(draft.maxCostUsd !== undefined && { maxCostUsd: draft.maxCostUsd }),
      status: 'idle',
      createdAt: at,
      updatedAt: at,
      usage: {
        input_tokens: 10,
        output_tokens: 7,
        cache_creation_input_tokens: 3,
        cache_read_input_tokens: 5,
        costUsd: 0.127,
      },
      activeMs: 1500,
    };
    this.#kept.set(session.id, { owner: caller, session, events: [], watchers: new Set() });
    this.#accept(session.id, draft.events);
    return session;
  }

  async get(caller: Caller, id: string): Promise<Session> {
    return (await this.#find(caller, id)).session;
  }

  list(caller: Caller, query: SessionQuery): Promise<Page<Session>> {
    const sessions = [...this.#kept.values()]
      .filter(({ owner }) => owner === caller)
      .map(({ session }) => session)
      .filter(({ archivedAt }) => query.includeArchived || archivedAt === undefined)
      .filter(({ agent }) => query.agent === undefined || agent.profile.name === query.agent)
      .filter(({ agent }) => query.version === undefined || agent.version === query.version)
      // None at all may mean anything to an implementation.
      .filter(({ status }) => (query.statuses ?? []).length === 0 || query.statuses?.includes(status) === true)
      .filter(({ createdAt }) => isWithin(createdAt, query));
    return Promise.resolve(pageOf(sessions, query));
  }

  async update(caller: Caller, id: string, patch: SessionPatch): Promise<Session> {
    this.patches.push(patch);
    const kept = await this.#find(caller, id);
    const { maxCostUsd, ...session } = kept.session;
    const budget = patch.maxCostUsd === undefined ? maxCostUsd : patch.maxCostUsd;
    const metadata = Object.entries({ ...session.metadata, ...patch.metadata }).filter(
      (pair): pair is [string, string] => pair[1] !== null,
    );
    kept.session = {
      ...session,
      overrides: { ...session.overrides, ...patch.overrides },
      title: patch.title === undefined ? session.title : patch.title,
      metadata: Object.fromEntries(metadata),
      ...(budget != null && { maxCostUsd: budget }),
      updatedAt: this.#tick(),
    };
    return kept.session;
  }

  async archive(caller: Caller, id: string): Promise<Session> {
    const kept = await this.#find(caller, id);
    if (kept.session.status === 'running') throw new HarnessError('SESSION_CONFLICT', 'The session is running.');
    kept.session = { ...kept.session, archivedAt: this.#tick() };
    return kept.session;
  }

  async delete(caller: Caller, id: string): Promise<void> {
    const { watchers } = await this.#find(caller, id);
    this.say(id, { type: 'session.deleted' });
    for (const watcher of watchers) watcher.end();
    this.#kept.delete(id);
    this.questions.expireAllOf(id, this.#tick());
  }

  async send(caller: Caller, id: string, events: readonly ClientEvent[]): Promise<readonly AcceptedEvent[]> {
    const { session } = await this.#find(caller, id);
    if (session.archivedAt !== undefined) throw new HarnessError('SESSION_CONFLICT', 'The session is archived.');
    return this.#accept(id, events);
  }

  async events(caller: Caller, id: string, query: EventQuery): Promise<Page<SessionEvent>> {
    const { events } = await this.#find(caller, id);
    return pageOf(
      events
        .filter(({ type }) => query.types?.includes(type) ?? true)
        .filter(({ processed_at: at }) => at === null || isWithin(Date.parse(at), query)),
      query,
    );
  }

  async follow(
    caller: Caller,
    id: string,
    { after, previews }: FollowOptions,
    signal: AbortSignal,
  ): Promise<AsyncIterable<SessionEvent | PreviewEvent>> {
    const { events, watchers } = await this.#find(caller, id);
    const start = after === undefined ? events.length : events.findIndex((event) => event.id === after) + 1;
    if (after !== undefined && start === 0) {
      throw new HarnessError('INVALID_REQUEST', 'The session has no such event.', { param: 'after' });
    }
    const watcher = new Watcher(previews, signal);
    for (const event of events.slice(start)) watcher.push(event);
    watchers.add(watcher);
    signal.addEventListener('abort', () => watchers.delete(watcher));
    return watcher;
  }

  question(caller: Caller, id: string): Promise<Question> {
    return promised(() => this.questions.find(caller, id));
  }

  followQuestions(caller: Caller, signal: AbortSignal): Promise<AsyncIterable<QuestionChange>> {
    return Promise.resolve(this.questions.follow(caller, signal));
  }

  /** What the agent tells, to those who watch too. */
  say(id: string, body: AgentEventBody): SessionEvent {
    const event = { ...body, id: this.#newId('sevt'), processed_at: new Date(this.#tick()).toISOString() };
    this.#keep(id, event);
    const kept = this.#kept.get(id);
    const agent = kept?.session.agent.profile.name ?? '';
    this.questions.take(kept?.owner, { id, agent }, event, this.askTimeoutMs);
    return event;
  }

  preview(id: string, event: PreviewEvent): void {
    for (const watcher of this.#watchersOf(id)) watcher.push(event);
  }

  /** What whoever watches is told instead of further events. */
  fail(id: string, error: Error): void {
    for (const watcher of this.#watchersOf(id)) watcher.fail(error);
  }

  run(id: string): void {
    const kept = this.#kept.get(id);
    if (kept !== undefined) kept.session = { ...kept.session, status: 'running' };
  }

  watcherCount(id: string): number {
    return this.#watchersOf(id).size;
  }

  #watchersOf(id: string): ReadonlySet<Watcher> {
    return this.#kept.get(id)?.watchers ?? new Set();
  }

  #accept(id: string, events: readonly ClientEvent[]): readonly AcceptedEvent[] {
    for (const event of events) {
      if (event.type !== 'user.tool_confirmation') continue;
      this.questions.settle(event.tool_use_id, event.result === 'allow' ? 'allowed' : 'denied', this.#tick());
    }
    this.sent.push(...events);
    const accepted = events.map((event) => ({
      ...event,
      id: this.#newId('sevt'),
      processed_at: new Date(this.#tick()).toISOString(),
    }));
    for (const event of accepted) this.#keep(id, event);
    if (this.endsTurns && events.some(({ type }) => type === 'user.message')) this.say(id, turnEnd);
    return accepted;
  }

  #keep(id: string, event: SessionEvent): void {
    this.#kept.get(id)?.events.push(event);
    for (const watcher of this.#watchersOf(id)) watcher.push(event);
  }

  #versionsOf(caller: Caller, id: string): Agent[] {
    return this.#versions.filter(
      ({ profile: { name, tokens } }) =>
        name === id && (tokens.length === 0 || (caller !== undefined && tokens.includes(caller))),
    );
  }

  #find(caller: Caller, id: string): Promise<Kept> {
    const kept = this.#kept.get(id);
    if (kept !== undefined && kept.owner === caller) return Promise.resolve(kept);
    return Promise.reject(new HarnessError('SESSION_NOT_FOUND', 'There is no such session.'));
  }

  #tick(): number {
    this.#time += 1000;
    return this.#time;
  }

  #newId(prefix: string): string {
    this.#ids += 1;
    return `${prefix}_${String(this.#ids).padStart(4, '0')}`;
  }
}

function isWithin(time: number, { created }: PageQuery): boolean {
  const { after = -Infinity, from = -Infinity, before = Infinity, until = Infinity } = created;
  return time > after && time >= from && time < before && time <= until;
}

/** Cursors are the places at which pages begin. */
function pageOf<Item>(items: readonly Item[], { limit, page = '0', order }: PageQuery): Page<Item> {
  const start = Number(page);
  const ordered = order === 'asc' ? items : items.toReversed();
  return {
    data: ordered.slice(start, start + limit),
    ...(start + limit < items.length && { next: String(start + limit) }),
    ...(start > 0 && { previous: String(Math.max(0, start - limit)) }),
  };
}
