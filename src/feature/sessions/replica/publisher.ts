import { setTimeout as delay } from 'node:timers/promises';
import { HarnessError } from '../../../core/errors.ts';
import type { Logger } from '../../../core/logger.ts';
import type { Agent } from '../../../core/sessions.ts';
import type { StateFile } from '../../../state/state-file.ts';
import { Sweep } from '../../../state/sweep.ts';
import { Backoff } from '../../../util/backoff.ts';
import { createDeferred } from '../../../util/deferred.ts';
import type { Agents } from '../agents.ts';
import type { EventFeeds } from '../event-feed.ts';
import { toSession, type StoredSession } from '../session-row.ts';
import type { SessionStore } from '../session-store.ts';
import type { ChangeJournal, JournalEntry } from './change-journal.ts';
import type { ReplicaPart, ReplicaStore } from './replica-store.ts';
import { toReplicated } from './replicated-session.ts';
import { readPart, type KnownEntries } from './session-part.ts';

export interface PublisherOptions {
  stateFile: StateFile;
  journal: ChangeJournal;
  replica: ReplicaStore;
  sessions: Pick<SessionStore, 'find'>;
  agents: Pick<Agents, 'ofSession'>;
  /** Tells when something may have changed. */
  feeds: Pick<EventFeeds, 'news'>;
  /** How long a session in which nothing happens is kept. */
  keepMs: number;
  log: Logger;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** How long changes are collected before they are copied. */
  collectMs?: number;
  /** How many bytes of events one transaction may have, unless one event has more. */
  maxBytes?: number;
}

const usualCollectMs = 500;
const usualMaxBytes = 512 * 1024;
/** How long the last changes may take to be copied when the service stops. */
const stopMs = 3000;

const dayMs = 24 * 60 * 60 * 1000;
/** A machine says every day that it is there. */
const absenceMs = 7 * dayMs;

/**
 * Copies the sessions of the state file to the database, for other machines to read: in the background, one change after the
 * other in the order of the journal, going on from what the database has. Sessions never wait for it. Several services
 * over one file may do so at the same time.
 */
export class SessionPublisher {
  readonly #options: PublisherOptions;
  readonly #sweep: Sweep;
  readonly #stopping = createDeferred<undefined>();
  readonly #backoff = new Backoff();
  #stopsAt = Infinity;
  #running: Promise<void> = Promise.resolve();
  /** The newest change of which all is known to be copied. */
  #copied: number | undefined;

  constructor(options: PublisherOptions) {
    this.#options = options;
    const { replica, keepMs, now, log } = options;
    // Sessions that wait for somebody are kept for twice as long.
    this.#sweep = new Sweep(() => replica.prune(now() - 2 * keepMs - absenceMs), log);
  }

  start(): void {
    this.#running = this.#run();
    this.#sweep.start();
  }

  /** Copies what has happened until now, if that takes no more than a few seconds. */
  async stop(): Promise<void> {
    this.#stopsAt = this.#options.now() + stopMs;
    this.#sweep.stop();
    this.#stopping.resolve(undefined);
    // A database may also be silent for longer.
    await Promise.race([this.#running, delay(stopMs, undefined, { ref: false })]);
  }

  async #run(): Promise<void> {
    const { feeds, collectMs = usualCollectMs } = this.#options;
    for (;;) {
      const isLast = this.#isStopping;
      // Taken before reading, so that nothing is missed in between.
      const { news } = feeds;
      const waitMs = await this.#tryToPublish();
      if (isLast) return;
      if (waitMs === undefined) await Promise.race([news, this.#stopping.promise]);
      await Promise.race([delay(waitMs ?? collectMs, undefined, { ref: false }), this.#stopping.promise]);
    }
  }

  /** Gives how long to wait before it is tried again, in ms; undefined where all is copied. */
  async #tryToPublish(): Promise<number | undefined> {
    const { log, now } = this.#options;
    try {
      await this.#publish();
      this.#backoff.reset();
      return undefined;
    } catch (error) {
      // The database and the state file log their own failures, once each.
      log[error instanceof HarnessError ? 'debug' : 'error']('sessions could not be copied to the database', { error });
      return this.#backoff.fail(now());
    }
  }

  async #publish(): Promise<void> {
    const { journal, replica } = this.#options;
    const last = journal.lastRevision();
    if (this.#copied === last) return;
    let after = await this.#begin();
    // One that changes again meanwhile is the last in order; its changes are collected until the next time.
    const done = new Set<string>();
    for (let entry = journal.next(after); entry && !done.has(entry.sessionId); entry = journal.next(after)) {
      if (this.#isOver) return;
      const revision = await this.#publishNext(entry, after);
      if (revision === entry.revision) done.add(entry.sessionId);
      after = revision ?? (await replica.revision());
    }
    journal.confirm(after);
    this.#copied = last;
  }

  /** Gives the revision from which to go on. */
  async #begin(): Promise<number> {
    const { journal, replica } = this.#options;
    const revision = await replica.revision();
    if (journal.continues(revision)) return revision;
    while (await replica.clear());
    // Not before: an end in between leaves what is to be cleared once more.
    journal.begin();
    return 0;
  }

  async #publishNext(entry: JournalEntry, after: number): Promise<number | undefined> {
    const { replica, stateFile, sessions, maxBytes = usualMaxBytes } = this.#options;
    const stored = await sessions.find(entry.sessionId);
    const agent = stored === undefined ? undefined : await this.#agentOf(stored);
    const read = (known: KnownEntries): ReplicaPart | undefined => {
      const part = stateFile.read((database) => readPart(database, entry.sessionId, known, maxBytes));
      if (part === undefined || agent === undefined) return undefined;
      const { session } = part;
      return { ...part, owner: session.owner, session: toReplicated(toSession(session, agent)) };
    };
    return replica.publish({ ...entry, after, read });
  }

  /** Undefined where the state file has lost it: then nobody can read the session here either. */
  async #agentOf(session: StoredSession): Promise<Agent | undefined> {
    const { agents, log } = this.#options;
    try {
      return await agents.ofSession(session);
    } catch (error) {
      if (!(error instanceof HarnessError) || error.code !== 'AGENT_NOT_FOUND') throw error;
      log.warn('a session is not copied to the database', { session_id: session.id, error });
      return undefined;
    }
  }

  get #isStopping(): boolean {
    return this.#stopsAt !== Infinity;
  }

  get #isOver(): boolean {
    return this.#options.now() >= this.#stopsAt;
  }
}
