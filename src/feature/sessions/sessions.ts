import type { CreatedAgents } from '../../core/created-agents.ts';
import { HarnessError } from '../../core/errors.ts';
import type { AcceptedEvent, ClientEvent, PreviewEvent, SessionEvent } from '../../core/session-event.ts';
import type {
  Agent,
  AllQuestions,
  Caller,
  EventQuery,
  FollowOptions,
  OwnedQuestion,
  Page,
  Question,
  QuestionChange,
  Session,
  SessionDraft,
  SessionPatch,
  SessionQuery,
  Sessions,
} from '../../core/sessions.ts';
import { Sweep } from '../../state/sweep.ts';
import { Serial } from '../../util/serial.ts';
import { noSuchAgent } from './agent-errors.ts';
import { checkClientEvents } from './check-client-events.ts';
import { deletedEvent } from './deleted-event.ts';
import { toEarlierEvents } from './earlier-messages.ts';
import { follow } from './follow.ts';
import { forkDraft } from './fork-draft.ts';
import { checkOverrides } from './narrow-profile.ts';
import { acceptFromClient, asAccepted, withIds } from './accept-from-client.ts';
import { conflict } from './conflict.ts';
import { forgetTranscript } from './forget-transcript.ts';
import { checkFiles } from './named-files.ts';
import { newSession } from './new-session.ts';
import { readPage, type ReadEntries } from './page-cursor.ts';
import { patchSession } from './patch-session.ts';
import { pruneSessions } from './prune-sessions.ts';
import type { Questions } from './questions.ts';
import type { Replication } from './replica/replication.ts';
import type { RunContext } from './run-context.ts';
import { sessionOptions } from './session-options.ts';
import type { SessionRuns } from './session-runs.ts';
import { toSession, type StoredSession } from './session-row.ts';

export interface AgentSessionsOptions {
  context: RunContext;
  createdAgents: CreatedAgents;
  runs: SessionRuns;
  questions: Questions;
  /** How long a session in which nothing happens is kept. */
  keepMs: number;
  newSessionId: () => string;
  /** Hashes of the tokens whose holders may change what a tool is called with. Without tokens everybody may. */
  owners: () => readonly string[];
  /** Has other machines know of the sessions. */
  replication: Replication;
}

/** The sessions of all agents, as `Sessions` and `AllQuestions` say. `start` and `stop` are the service's. */
export class AgentSessions implements Sessions, AllQuestions {
  /** Agents that are made of those of the configuration. */
  readonly createdAgents: CreatedAgents;
  readonly #context: RunContext;
  readonly #runs: SessionRuns;
  readonly #options: AgentSessionsOptions;
  readonly #sweep: Sweep;
  /** A change reads what it changes. */
  readonly #updates = new Serial();

  constructor(options: AgentSessionsOptions) {
    this.#options = options;
    this.createdAgents = options.createdAgents;
    this.#context = options.context;
    this.#runs = options.runs;
    this.#sweep = new Sweep(() => pruneSessions(options.context, options.runs, options.keepMs), options.context.log);
  }

  /**
   * Takes over what a service that is gone has left: a turn that ran ends with an error that says so, and what waits goes
   * on. What another service runs is left alone. To be called once, at the start.
   */
  async recover(): Promise<void> {
    await this.#runs.start();
    if (this.#runs.isStopped) return;
    this.#sweep.start();
    this.#options.replication.start();
  }

  /** Ends running turns with an error that says so, all processes, and all that is followed. */
  async stop(): Promise<void> {
    this.#sweep.stop();
    await this.#runs.stop();
    this.#context.feeds.endAll();
    await this.#options.replication.stop();
  }

  /** Whether a turn is at work, and does not wait for a client. */
  get areAtWork(): boolean {
    return this.#context.processes.areAtWork;
  }

  agents(caller: Caller): Promise<readonly Agent[]> {
    return this.#context.agents.configured.list(caller);
  }

  agent(caller: Caller, id: string, version?: number): Promise<Agent> {
    return this.#context.agents.find(caller, id, version);
  }

  agentVersions(caller: Caller, id: string): Promise<readonly Agent[]> {
    return this.#context.agents.versions(caller, id);
  }

  async create(caller: Caller, asked: SessionDraft): Promise<Session> {
    this.#throwIfStopped();
    const { forkOf } = asked;
    const draft = forkOf === undefined ? asked : forkDraft(asked, await this.#find(caller, forkOf));
    const agent = await this.#context.agents.forNewSession(caller, draft.agent, draft.version);
    // What a fork takes over was checked, and is bounded by what the agent may do now, as in the session that has it.
    checkOverrides(agent.profile, asked.overrides, 'agent.');
    await checkClientEvents(draft.events, { isOwner: true, findEvent: () => Promise.resolve(undefined) });
    const { now, newTranscript, newEventId, sessions, fileContents, feeds } = this.#context;
    await checkFiles(fileContents, caller, draft.events, 'initial_events');
    const id = this.#options.newSessionId();
    const session = newSession({ id, owner: caller, agent, draft, transcript: newTranscript(), now: now() });
    await sessions.create(session, {
      events: withIds(this.#context, draft.events),
      earlier: toEarlierEvents(draft.history ?? [], newEventId),
      ...(forkOf !== undefined && { past: { of: forkOf, newEventId } }),
    });
    feeds.wake();
    await this.#expect(session);
    if (draft.events.length > 0) await this.#runs.wake(id);
    return this.get(caller, id);
  }

  async get(caller: Caller, id: string): Promise<Session> {
    return this.#view(await this.#find(caller, id));
  }

  list(caller: Caller, query: SessionQuery): Promise<Page<Session>> {
    return readPage(query, this.readList(caller, query), ({ createdAt, id }) => [createdAt, id]);
  }

  /** How a list is read from a place on: `createdAt`, then `id`. */
  readList(caller: Caller, query: SessionQuery): ReadEntries<Session> {
    return async (from, order, limit) => {
      const stored = await this.#context.sessions.list(caller, query, { from, order, limit });
      return Promise.all(stored.map((session) => this.#view(session)));
    };
  }

  update(caller: Caller, id: string, patch: SessionPatch): Promise<Session> {
    return this.#updates.run(() => this.#update(caller, id, patch));
  }

  async archive(caller: Caller, id: string): Promise<Session> {
    const session = await this.#find(caller, id);
    this.#throwIfElsewhere(session);
    if (session.status === 'running') throw conflict('The session is running; interrupt it, or wait until it is idle.');
    const { sessions, feeds, now } = this.#context;
    await sessions.archive(id, now());
    feeds.wake();
    await this.#runs.discard(id);
    return this.get(caller, id);
  }

  async delete(caller: Caller, id: string): Promise<void> {
    const session = await this.#find(caller, id);
    this.#throwIfElsewhere(session);
    const { sessions, feeds } = this.#context;
    await sessions.delete(id);
    feeds.end(id, deletedEvent(this.#context));
    await this.#runs.discard(id);
    await forgetTranscript(this.#context, session.transcript);
  }

  async send(caller: Caller, id: string, events: readonly ClientEvent[]): Promise<readonly AcceptedEvent[]> {
    this.#throwIfStopped();
    const session = await this.#find(caller, id);
    const isOwner = caller === undefined || this.#options.owners().includes(caller);
    const accepted = await acceptFromClient(this.#context, session, events, isOwner);
    this.#context.feeds.wake();
    await this.#runs.wake(id);
    return asAccepted(this.#context, id, accepted);
  }

  async events(caller: Caller, id: string, query: EventQuery): Promise<Page<SessionEvent>> {
    await this.#find(caller, id);
    const { events } = this.#context;
    const page = await readPage(
      query,
      (from, order, limit) => events.list(id, query, { from, order, limit }),
      ({ place }) => place,
    );
    return { ...page, data: page.data.map(({ event }) => event) };
  }

  async follow(
    caller: Caller,
    id: string,
    options: FollowOptions,
    signal: AbortSignal,
  ): Promise<AsyncIterable<SessionEvent | PreviewEvent>> {
    this.#throwIfStopped();
    await this.#find(caller, id);
    const { events, feeds } = this.#context;
    const deleted = () => deletedEvent(this.#context);
    return follow({ sessionId: id, store: events, feeds, deleted }, options, signal);
  }

  async question(caller: Caller, id: string): Promise<Question> {
    return (await this.#options.questions.find({ owner: caller }, id)).question;
  }

  followQuestions(caller: Caller, signal: AbortSignal): Promise<AsyncIterable<QuestionChange>> {
    return this.#options.questions.follow({ owner: caller }, signal);
  }

  findQuestion(id: string): Promise<OwnedQuestion> {
    return this.#options.questions.find('all', id);
  }

  followAllQuestions(signal: AbortSignal): Promise<AsyncIterable<QuestionChange>> {
    return this.#options.questions.follow('all', signal);
  }

  async #update(caller: Caller, id: string, patch: SessionPatch): Promise<Session> {
    const session = await this.#find(caller, id);
    if (patch.overrides !== undefined) {
      if (session.status === 'running')
        throw conflict('The session is running; its agent can be changed when it is idle.');
      const agent = await this.#context.agents.atWork(session);
      if (agent === undefined) throw noSuchAgent(session.agentName);
      checkOverrides(agent.profile, { ...session.overrides, ...patch.overrides }, 'agent.');
    }
    const patched = patchSession(session, patch, this.#context.newEventId);
    if (patched !== undefined) {
      const { events, feeds, now } = this.#context;
      feeds.publish(id, (await events.update(id, patched.update, patched.event, now())) ?? []);
      await this.#runs.wake(id);
    }
    return this.get(caller, id);
  }

  async #find(caller: Caller, id: string): Promise<StoredSession> {
    const session = await this.#context.sessions.find(id);
    if (session?.owner !== caller || session === undefined) throw sessionNotFound();
    return session;
  }

  /** Its first turn may come at any moment. */
  async #expect(session: StoredSession): Promise<void> {
    const { agents, events, fileContents, processes } = this.#context;
    const agent = await agents.atWork(session);
    if (agent !== undefined) processes.expect(await sessionOptions({ events, fileContents }, session, agent));
  }

  async #view(session: StoredSession): Promise<Session> {
    return toSession(session, await this.#context.agents.ofSession(session));
  }

  /** During an update, another service may have its process. */
  #throwIfElsewhere({ runBy, runUntil = 0 }: StoredSession): void {
    if (runBy === this.#context.serviceId || runUntil <= this.#context.now()) return;
    throw conflict('The session runs in another service that is about to end; try again when its turn is over.');
  }

  #throwIfStopped(): void {
    if (this.#runs.isStopped) throw new HarnessError('DRAINING', 'The harness is shutting down.');
  }
}

function sessionNotFound(): HarnessError {
  return new HarnessError('SESSION_NOT_FOUND', 'No session has this id: it was deleted, or belongs to another token.');
}
