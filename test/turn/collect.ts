import type { TurnEvent } from '../../src/core/turn-event.ts';

/** All events of a turn. */
export async function collect(events: AsyncIterable<TurnEvent>): Promise<TurnEvent[]> {
  const all: TurnEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}
