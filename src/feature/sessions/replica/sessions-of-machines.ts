import { HarnessError } from '../../../core/errors.ts';
import type { AcceptedEvent, ClientEvent, PreviewEvent, SessionEvent } from '../../../core/session-event.ts';
import type {
  Agent,
  Caller,
  EventQuery,
  FollowOptions,
  Page,
  Question,
  QuestionChange,
  Session,
  SessionDraft,
  SessionPatch,
  SessionQuery,
  Sessions,
} from '../../../core/sessions.ts';
import { conflict } from '../conflict.ts';
import { comparePlaces, readPage, type ReadEntries } from '../page-cursor.ts';
import type { ForeignSessions } from './foreign-sessions.ts';

/** The machine's own, and how they are read from a place on. */
export interface OwnSessions extends Sessions {
  readList(caller: Caller, query: SessionQuery): ReadEntries<Session>;
}

/**
 * The sessions of all machines that share a database: those of this machine as ever, from its own state file, and others to
 * read. What needs the machine of a session (its process and its folders) is refused with `SESSION_CONFLICT`, which names it.
 * Where the database can't be used, that is said of all that this machine does not know, rather than that it does not exist.
 */
export class SessionsOfMachines implements Sessions {
  readonly #own: OwnSessions;
  readonly #foreign: ForeignSessions;

  constructor(own: OwnSessions, foreign: ForeignSessions) {
    this.#own = own;
    this.#foreign = foreign;
  }

  agents(caller: Caller): Promise<readonly Agent[]> {
    return this.#own.agents(caller);
  }

  agent(caller: Caller, id: string, version?: number): Promise<Agent> {
    return this.#own.agent(caller, id, version);
  }

  agentVersions(caller: Caller, id: string): Promise<readonly Agent[]> {
    return this.#own.agentVersions(caller, id);
  }

  create(caller: Caller, draft: SessionDraft): Promise<Session> {
    const { forkOf } = draft;
    if (forkOf === undefined) return this.#own.create(caller, draft);
    return this.#onlyThere(caller, forkOf, () => this.#own.create(caller, draft));
  }

  get(caller: Caller, id: string): Promise<Session> {
    return ownOr(
      () => this.#own.get(caller, id),
      () => this.#foreign.find(caller, id),
    );
  }

  /** Rejects where the database can't be used: a list without the others would look complete. */
  list(caller: Caller, query: SessionQuery): Promise<Page<Session>> {
    const readOwn = this.#own.readList(caller, query);
    const read: ReadEntries<Session> = async (from, order, limit) => {
      const lists = await Promise.all([
        readOwn(from, order, limit),
        this.#foreign.list(caller, query, { from, order, limit }),
      ]);
      return lists
        .flat()
        .toSorted((one, other) => comparePlaces(placeOf(one), placeOf(other), order))
        .slice(0, limit);
    };
    return readPage(query, read, placeOf);
  }

  update(caller: Caller, id: string, patch: SessionPatch): Promise<Session> {
    return this.#onlyThere(caller, id, () => this.#own.update(caller, id, patch));
  }

  archive(caller: Caller, id: string): Promise<Session> {
    return this.#onlyThere(caller, id, () => this.#own.archive(caller, id));
  }

  delete(caller: Caller, id: string): Promise<void> {
    return this.#onlyThere(caller, id, () => this.#own.delete(caller, id));
  }

  send(caller: Caller, id: string, events: readonly ClientEvent[]): Promise<readonly AcceptedEvent[]> {
    return this.#onlyThere(caller, id, () => this.#own.send(caller, id, events));
  }

  events(caller: Caller, id: string, query: EventQuery): Promise<Page<SessionEvent>> {
    return ownOr(
      () => this.#own.events(caller, id, query),
      async () => (await this.#foreign.find(caller, id)) && this.#foreignEvents(id, query),
    );
  }

  follow(
    caller: Caller,
    id: string,
    options: FollowOptions,
    signal: AbortSignal,
  ): Promise<AsyncIterable<SessionEvent | PreviewEvent>> {
    return this.#onlyThere(caller, id, () => this.#own.follow(caller, id, options, signal));
  }

  question(caller: Caller, id: string): Promise<Question> {
    return ownOr(
      () => this.#own.question(caller, id),
      async () => {
        throwIfThere(await this.#foreign.findByEvent(caller, id));
        return undefined;
      },
    );
  }

  /** Those of this machine. */
  followQuestions(caller: Caller, signal: AbortSignal): Promise<AsyncIterable<QuestionChange>> {
    return this.#own.followQuestions(caller, signal);
  }

  #onlyThere<T>(caller: Caller, id: string, work: () => Promise<T>): Promise<T> {
    return ownOr(work, async () => {
      throwIfThere(await this.#foreign.find(caller, id));
      return undefined;
    });
  }

  async #foreignEvents(id: string, query: EventQuery): Promise<Page<SessionEvent>> {
    const page = await readPage(
      query,
      (from, order, limit) => this.#foreign.events(id, query, { from, order, limit }),
      ({ place }) => place,
    );
    return { ...page, data: page.data.map(({ event }) => event) };
  }
}

/** Where this machine does not know the session: what others do, or the failure as it is. */
async function ownOr<T>(own: () => Promise<T>, others: () => Promise<T | undefined>): Promise<T> {
  try {
    return await own();
  } catch (error) {
    if (!(error instanceof HarnessError) || error.code !== 'SESSION_NOT_FOUND') throw error;
    const found = await others();
    if (found === undefined) throw error;
    return found;
  }
}

function throwIfThere(session: Session | undefined): void {
  if (session === undefined) return;
  const where = `This session is on the machine ${session.machine ?? ''}, which alone can go on with it or change it`;
  throw conflict(`${where}; here it can only be read. Send the request to that machine, or start it if it is down.`);
}

function placeOf({ createdAt, id }: Session): readonly [number, string] {
  return [createdAt, id];
}
