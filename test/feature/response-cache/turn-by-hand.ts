import type { TurnEvent } from '../../../src/core/turn-event.ts';
import { EventQueue } from '../../../src/util/event-queue.ts';
import { onAbort } from '../../../src/util/on-abort.ts';
import { numbered } from '../../support/block-ids.ts';
import { end, start, textBlock } from '../../turn/scripted.ts';

export const answer: readonly TurnEvent[] = numbered([start(), ...textBlock('Hel', 'lo'), end('end_turn')]);

/** Turns whose events a test gives one by one. */
export function turnsByHand() {
  const turns: EventQueue<TurnEvent>[] = [];
  let running = 0;
  return {
    /** How many were begun. */
    get begun() {
      return turns.length;
    },
    /** How many are under way. */
    get running() {
      return running;
    },
    /** Gives the next events of a turn. */
    give(index: number, ...events: readonly TurnEvent[]): void {
      for (const event of events) turns[index]?.push(event);
    },
    end(index: number, error?: Error): void {
      turns[index]?.end(error);
    },
    async *run(signal: AbortSignal): AsyncGenerator<TurnEvent> {
      const turn = new EventQueue<TurnEvent>();
      turns.push(turn);
      running += 1;
      const stopListening = onAbort(signal, () => {
        turn.end(signal.reason);
      });
      try {
        yield* turn;
      } finally {
        stopListening();
        running -= 1;
      }
    },
  };
}

/** What somebody has received so far. */
export function receive(events: AsyncIterable<TurnEvent>): { events: TurnEvent[]; done: Promise<Error | undefined> } {
  const received: TurnEvent[] = [];
  const take = async (): Promise<Error | undefined> => {
    try {
      for await (const event of events) received.push(event);
      return undefined;
    } catch (error) {
      return error as Error;
    }
  };
  return { events: received, done: take() };
}
