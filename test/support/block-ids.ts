import { expect } from 'vitest';
import type { TurnEvent } from '../../src/core/turn-event.ts';

/** Gives each block an id of its own, as the event reader does: the literal events of tests all have the same one. */
export function numbered(events: readonly TurnEvent[]): TurnEvent[];
export function numbered(events: readonly (TurnEvent | Error)[]): (TurnEvent | Error)[];
export function numbered(events: readonly (TurnEvent | Error)[]): (TurnEvent | Error)[] {
  let id = -1;
  return events.map((event) => {
    if (event instanceof Error || !('id' in event)) return event;
    if (event.type === 'block_start') id += 1;
    return { ...event, id };
  });
}

/** The events with the one id that literal events have, once their own have been found to keep what the type promises. */
export function unnumbered(events: readonly TurnEvent[]): TurnEvent[] {
  const begun = new Set<number>();
  let open = new Set<number>();
  return events.map((event) => {
    if (event.type === 'restart') open = new Set();
    if (!('id' in event)) return event;
    if (event.type === 'block_start') {
      expect(begun, 'the ids of the blocks before').not.toContain(event.id);
      begun.add(event.id);
      open.add(event.id);
    }
    expect(open, 'the ids of the blocks that are open').toContain(event.id);
    if (event.type === 'block_stop') open.delete(event.id);
    return { ...event, id: 0 };
  });
}
