import type { TurnEvent } from '../core/turn-event.ts';

type BlockStartEvent = Extract<TurnEvent, { type: 'block_start' }>;

/**
 * Gives the text of a constrained answer as the structured output that it is. Text that is no JSON object stays text:
 * with words a model declines.
 */
export async function* textAsOutput(events: AsyncIterable<TurnEvent>): AsyncGenerator<TurnEvent, void, void> {
  const reader = new OutputReader();
  for await (const event of events) yield* reader.push(event);
}

/** A block of text that has not shown yet what it is, with what came of it. */
interface UnclearBlock {
  start: BlockStartEvent;
  rest: TurnEvent[];
}

class OutputReader {
  #unclear: UnclearBlock | undefined;

  push(event: TurnEvent): TurnEvent[] {
    if (event.type === 'block_start' && event.block.type === 'text') {
      this.#unclear = { start: event, rest: [] };
      return [];
    }
    const unclear = this.#unclear;
    if (event.type === 'restart' || unclear === undefined) {
      this.#unclear = undefined;
      return [event];
    }
    unclear.rest.push(event);
    const isStillUnclear = event.type !== 'block_stop' && !(event.type === 'text' && /\S/.test(event.text));
    return isStillUnclear && event.type !== 'end' ? [] : this.#clear(unclear, event);
  }

  #clear({ start, rest }: UnclearBlock, last: TurnEvent): TurnEvent[] {
    this.#unclear = undefined;
    const isObject = last.type === 'text' && last.text.trimStart().startsWith('{');
    return [isObject ? { ...start, block: { type: 'output' } } : start, ...rest];
  }
}
