import { HarnessError } from '../../core/errors.ts';
import type { LiveProcess } from './live-process.ts';
import type { RunState } from './run-state.ts';

/** To be called when something has happened: a process that does nothing but wait for a client may go when others need its place. */
export function noteWaiting(state: RunState, { waitingFor, calls }: LiveProcess): void {
  const { processes, askTimeoutMs } = state.context;
  // What is denied after a time is so by its own process.
  const mayGo = waitingFor.length > 0 && !calls.isBusy && askTimeoutMs === undefined;
  processes.setWaiting(state.sessionId, mayGo ? () => giveUpProcess(state) : undefined);
}

/**
 * The process of a turn that does nothing but wait for a client ends, to make room for others: the answer starts another,
 * as it does after a restart. Nothing happens where something has come meanwhile.
 */
async function giveUpProcess(state: RunState): Promise<void> {
  await state.serial.run(async () => {
    const { turn, live } = state;
    if (turn === undefined || turn.isEnding || live === undefined) return;
    if (live.waitingFor.length === 0 || live.calls.isBusy) return;
    try {
      // Rejects where the session is another service's by now.
      await state.commit({});
      state.abandon();
      await state.endProcess();
    } catch (error) {
      // The state file logs its own failures; the process stays.
      const level = error instanceof HarnessError ? 'debug' : 'error';
      state.context.log[level]('a process could not make room', { session_id: state.sessionId, error });
    }
  });
}
