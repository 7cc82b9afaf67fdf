import type { AgentEventBody } from '../../core/session-event.ts';
import { HarnessError } from '../../core/errors.ts';
import { Serial } from '../../util/serial.ts';
import type { LiveProcess } from './live-process.ts';
import { openCalls } from './next-work.ts';
import { abandoned, reportTurn } from './report-turn.ts';
import type { RunContext } from './run-context.ts';
import type { NewEvent, SessionChange } from './session-change.ts';
import { restartedDuringTurn, toSessionError } from './session-error.ts';
import type { StoredSession } from './session-row.ts';
import type { idle } from './turn-ending.ts';
import { failed } from './turn-ending.ts';
import type { Turn } from './turn.ts';

/** What this service knows of a session beyond what is kept. All that changes it runs in `serial`. */
export class RunState {
  readonly sessionId: string;
  readonly context: RunContext;
  readonly serial = new Serial();
  turn: Turn | undefined;
  live: LiveProcess | undefined;
  /** The place of the newest message that was held back because the session has cost what it may. */
  heldBackAt: number | undefined;
  /** Called when something that went on by itself is over. */
  readonly onRest: () => void;
  #isClaimed = false;
  readonly #closed = new AbortController();

  constructor(sessionId: string, context: RunContext, onRest: () => void) {
    this.sessionId = sessionId;
    this.context = context;
    this.onRest = onRest;
  }

  /** Aborts when the session is deleted, or the service ends. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  newEvent(body: AgentEventBody): NewEvent {
    return { id: this.context.newEventId(), ...body };
  }

  /** Keeps what happens, then shows it. Rejects where that can't be kept, or the session is no longer this service's. */
  async commit(change: Omit<SessionChange, 'sessionId' | 'by' | 'at'>): Promise<void> {
    const { events, feeds, serviceId, now } = this.context;
    const placed = await events.commit({ sessionId: this.sessionId, by: serviceId, at: now(), ...change });
    if (placed === undefined) {
      this.abandon();
      throw new HarnessError('SESSION_CONFLICT', 'Another service runs this session, or it was deleted.');
    }
    feeds.publish(this.sessionId, placed);
  }

  /** The right to run the session; false while another service has it. */
  async claim(): Promise<boolean> {
    if (this.turn !== undefined) return true;
    const { sessions, serviceId, claimMs, now } = this.context;
    const before = await sessions.claim(this.sessionId, { by: serviceId, until: now() + claimMs }, now());
    if (before === undefined) return false;
    this.#isClaimed = true;
    // The transcript has gone on without this process.
    if (before.runBy !== serviceId) await this.endProcess();
    if (before.status === 'running') await this.#recover(before);
    return true;
  }

  async release(): Promise<void> {
    if (this.turn !== undefined || !this.#isClaimed) return;
    await this.context.sessions.releaseClaim(this.sessionId, this.context.serviceId);
    this.#isClaimed = false;
  }

  /** Settles when the process is gone. */
  async endProcess(): Promise<void> {
    this.live?.endTurn();
    this.live = undefined;
    await this.context.processes.leave(this.sessionId);
  }

  /** The turn is another service's, or nobody's: this one keeps nothing more of it. */
  abandon(): void {
    const { turn } = this;
    this.turn = undefined;
    if (turn !== undefined) reportTurn(this.context, turn, abandoned());
    turn?.end();
    void this.endProcess();
  }

  close(): void {
    this.#closed.abort(new HarnessError('ABORTED', 'The session was deleted, or the service is shutting down.'));
    this.abandon();
  }

  /** The service that ran the session's turn is gone. What it asked about can still be answered. */
  async #recover({ hasTurns }: StoredSession): Promise<void> {
    const { events, newTranscript } = this.context;
    const open = await openCalls(events, this.sessionId);
    const activeUntil = await events.lastEventAt(this.sessionId);
    await this.commit({
      events: failed(toSessionError(restartedDuringTurn()), stopReason(open)).map((body) => this.newEvent(body)),
      status: 'idle',
      ...(activeUntil !== undefined && { activeUntil }),
      ...(!hasTurns && { transcript: newTranscript() }),
    });
  }
}

/** Of a turn that has failed: what it had asked before is still waited for. */
export function stopReason(open: readonly { eventId: string }[]): Parameters<typeof idle>[0] {
  if (open.length === 0) return { type: 'retries_exhausted' };
  return { type: 'requires_action', event_ids: open.map(({ eventId }) => eventId) };
}
