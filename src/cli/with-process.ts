import { Channel } from './turn/channel.ts';
import { promptSetup } from './turn/setup.ts';
import type { Pool } from './pool/pool.ts';
import { readErrorLog, type LoggedFailure } from '../process/error-log.ts';
import { rewind } from './rewind.ts';

/** A process that is asked something, as a question sees it. */
export interface AskedProcess {
  readonly channel: Channel;
  readonly model: string;
  /** Its setup, which is to be sent first; empty where it has it. */
  readonly setup: readonly object[];
  /** Notes a user message that is fed, which has to be taken out again; oldest first. */
  fed(uuid: string): void;
  /** What the API has refused since the question began, oldest first. */
  loggedFailures(): Promise<LoggedFailure[]>;
}

export interface ProcessOptions {
  pool: Pool;
  model: string;
  /** Its system prompt; none by default. */
  system?: readonly string[];
  signal: AbortSignal;
  timeoutMs: number;
}

/**
 * Lends a process to a question that costs no model call. It goes back to the pool when it was answered, and is ended
 * when it was not. Throws when no process can be had.
 */
export async function withProcess<Value>(
  { pool, model, system = [], signal, timeoutMs }: ProcessOptions,
  ask: (process: AskedProcess) => Promise<Value>,
): Promise<Value> {
  const setup = promptSetup(system, undefined);
  const { worker, prepared } = await pool.acquire(model, signal, { setup, comesAgain: false });
  worker.adopt(setup.key);
  const channel = new Channel(worker, { signal, turnTimeoutMs: timeoutMs, idleTimeoutMs: timeoutMs });
  const fed: string[] = [];
  const startedAt = Date.now();
  try {
    const value = await ask({
      channel,
      model: worker.model,
      setup: prepared ? [] : setup.lines,
      fed: (uuid) => fed.push(uuid),
      loggedFailures: () => readErrorLog(worker.errorLog, startedAt),
    });
    pool.giveBack(worker, async () => {
      const outcome = await rewind(worker.lines, fed);
      // Not every line of a question can be taken back, which says nothing about those of turns.
      return outcome.emptied ? outcome : { ...outcome, refused: false };
    });
    return value;
  } catch (error) {
    pool.release(worker, 'failed');
    throw error;
  } finally {
    channel.dispose();
  }
}
