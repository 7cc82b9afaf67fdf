import type { TurnEvent } from '../../core/turn-event.ts';

/** The events of a turn as if its answer had never begun again: what a `restart` has made void is left out. */
export function lastTry(events: readonly TurnEvent[]): TurnEvent[] {
  const index = events.findLastIndex(({ type }) => type === 'restart');
  const restart = events[index];
  if (restart?.type !== 'restart') return [...events];
  const warnings = events.slice(0, index).filter(({ type }) => type === 'warning');
  return [...warnings, { ...restart, type: 'start' }, ...events.slice(index + 1)];
}
