import { HarnessError } from '../../core/errors.ts';
import type { RunContext } from './run-context.ts';
import { deletedEvent } from './deleted-event.ts';
import { SessionRun } from './session-run.ts';

/** The sessions that this service runs, and the beat that keeps them its own. */
export class SessionRuns {
  readonly #context: RunContext;
  readonly #runs = new Map<string, SessionRun>();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(context: RunContext) {
    this.#context = context;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Something was sent to the session. Settles when what acts at once has taken effect, if it is this service's. */
  async wake(sessionId: string): Promise<void> {
    if (this.#isStopped) return;
    await this.#run(sessionId).wake();
  }

  /** The session is deleted. Settles when its process is gone. */
  async discard(sessionId: string): Promise<void> {
    const run = this.#runs.get(sessionId);
    this.#runs.delete(sessionId);
    await run?.discard();
  }

  /** Takes over what nobody runs, now and from then on at every beat. */
  async start(): Promise<void> {
    await this.beat();
    if (this.#isStopped) return;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => void this.beat(), this.#context.claimMs / 4);
    this.#timer.unref();
    this.#context.processes.start();
  }

  /** Prolongs what is this service's, sees what another one has done, and goes on with what nobody runs. */
  async beat(): Promise<void> {
    const { sessions, serviceId, claimMs, now, log } = this.#context;
    try {
      await sessions.renewClaims({ by: serviceId, until: now() + claimMs });
      await this.#lookForNews();
      for (const sessionId of await sessions.listUnattended(serviceId, now())) await this.wake(sessionId);
    } catch (error) {
      // The state file logs its own failures, once each.
      log[error instanceof HarnessError ? 'debug' : 'error']('sessions could not be looked after', { error });
    }
  }

  /** Ends all turns so that their sessions say so, and all processes. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await Promise.all([...this.#runs.values()].map((run) => run.stop()));
    await this.#context.processes.stop();
  }

  async #lookForNews(): Promise<void> {
    const { feeds, events } = this.#context;
    feeds.wake();
    for (const sessionId of feeds.watched) {
      const seq = await events.lastSeq(sessionId);
      if (seq === undefined) feeds.end(sessionId, deletedEvent(this.#context));
      else feeds.noteLastSeq(sessionId, seq);
    }
  }

  #run(sessionId: string): SessionRun {
    const known = this.#runs.get(sessionId);
    if (known !== undefined) return known;
    const run = new SessionRun(sessionId, this.#context, () => {
      if (this.#runs.get(sessionId) === run) this.#runs.delete(sessionId);
    });
    this.#runs.set(sessionId, run);
    return run;
  }
}
