import type { TurnEvent } from '../../core/turn-event.ts';

/** The whole answer, an exact request's own limit of tokens included; what is cut off otherwise is not. */
const wholeReasons: ReadonlySet<string> = new Set(['end_turn', 'stop_sequence', 'max_tokens', 'tool_use']);

/**
 * Whether a finished turn may be given again: it is whole, no refusal, came about without a warning, and nothing in it
 * was found or done by tools of the API. `tools`: calls of the client's tools may be given again.
 */
export function isKept(events: readonly TurnEvent[], { tools }: { tools: boolean }): boolean {
  return events.every((event) => {
    if (event.type === 'end') return wholeReasons.has(event.stopReason);
    if (event.type === 'block_start') return event.block.type === 'tool_use' ? tools : isOwn(event.block.type);
    return event.type !== 'opaque' && event.type !== 'warning';
  });
}

/** Whether it is the model's own answer. */
function isOwn(block: string): boolean {
  return block !== 'opaque' && block !== 'refusal';
}

/** The same events with the pieces of each text in one, which take a fraction of the space. */
export function joinPieces(events: readonly TurnEvent[]): TurnEvent[] {
  const joined: TurnEvent[] = [];
  for (const event of events) {
    const whole = joinedWith(joined.at(-1), event);
    if (whole === undefined) joined.push(event);
    else joined.splice(-1, 1, whole);
  }
  return joined;
}

function joinedWith(last: TurnEvent | undefined, next: TurnEvent): TurnEvent | undefined {
  if (last === undefined || !('id' in last) || !('id' in next) || last.id !== next.id) return undefined;
  if (last.type === 'text' && next.type === 'text') return { ...last, text: last.text + next.text };
  if (last.type === 'thinking' && next.type === 'thinking') return { ...last, text: last.text + next.text };
  if (last.type === 'input' && next.type === 'input') return { ...last, json: last.json + next.json };
  return undefined;
}
