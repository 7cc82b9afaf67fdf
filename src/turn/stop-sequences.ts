import type { RunTurn } from '../core/backend.ts';
import type { TurnEvent, Usage } from '../core/turn-event.ts';

/** The usual ratio of English text; only for answers that the harness itself cut, whose count the API never reports. */
const charactersPerToken = 4;

/**
 * Ends an answer before the first of its stop sequences. The API does so itself for those it accepts, and then reports
 * the exact usage; the others, of white space only, are looked for here. Ending the answer early ends its process.
 */
export function withStopSequences(runTurn: RunTurn): RunTurn {
  return async function* (conversation, turn, signal) {
    const stops = (turn.stopSequences ?? []).filter((stop) => stop !== '');
    const events = runTurn(conversation, turn, signal);
    if (stops.length === 0) {
      yield* events;
      return;
    }
    let cutter = new StopCutter(stops);
    for await (const event of events) {
      if (event.type === 'start' || event.type === 'restart') cutter = new StopCutter(stops, event.usage);
      yield* cutter.push(event);
      if (cutter.done) return;
    }
  };
}

class StopCutter {
  readonly #stops: readonly string[];
  readonly #prompt: Usage | undefined;
  /** The block of text that is open. */
  #textId: number | undefined;
  /** The end of its text so far, where a stop sequence may have begun. */
  #held = '';
  #characters = 0;
  #done = false;

  constructor(stops: readonly string[], prompt?: Usage) {
    this.#stops = stops;
    this.#prompt = prompt;
  }

  get done(): boolean {
    return this.#done;
  }

  *push(event: TurnEvent): Generator<TurnEvent> {
    if (event.type === 'block_start' && event.block.type === 'text') this.#textId = event.id;
    if ('text' in event) this.#characters += event.text.length;
    if (event.type === 'text' && event.id === this.#textId) {
      yield* this.#search(event.id, this.#held + event.text);
      return;
    }
    if (event.type === 'block_stop' && event.id === this.#textId) yield* this.#release(event.id);
    yield event;
  }

  *#search(id: number, text: string): Generator<TurnEvent> {
    const found = findFirst(text, this.#stops);
    if (found === undefined) {
      const length = text.length - possibleStart(text, this.#stops);
      this.#held = text.slice(length);
      if (length > 0) yield { type: 'text', id, text: text.slice(0, length) };
      return;
    }
    this.#done = true;
    if (found.at > 0) yield { type: 'text', id, text: text.slice(0, found.at) };
    yield { type: 'block_stop', id };
    yield { type: 'end', stopReason: 'stop_sequence', stopSequence: found.stop, usage: this.#estimate() };
  }

  *#release(id: number): Generator<TurnEvent> {
    if (this.#held !== '') yield { type: 'text', id, text: this.#held };
    this.#held = '';
  }

  #estimate(): Usage {
    const prompt = this.#prompt ?? { inputTokens: 0, cacheReadTokens: 0, cacheCreationTokens: 0 };
    const outputTokens = Math.ceil(this.#characters / charactersPerToken);
    return { ...prompt, outputTokens, thinkingTokens: 0 };
  }
}

/** The match that is complete first, so that it does not matter how the text was split; of two, the longer one. */
function findFirst(text: string, stops: readonly string[]): { at: number; stop: string } | undefined {
  let first: { at: number; stop: string } | undefined;
  let firstEnd = Infinity;
  for (const stop of stops) {
    const at = text.indexOf(stop);
    const end = at + stop.length;
    if (at === -1 || end > firstEnd || (end === firstEnd && first !== undefined && first.at < at)) continue;
    first = { at, stop };
    firstEnd = end;
  }
  return first;
}

/** The length of the longest end of `text` that is the beginning of a stop sequence. */
function possibleStart(text: string, stops: readonly string[]): number {
  const longest = Math.max(...stops.map(({ length }) => length)) - 1;
  for (let length = Math.min(longest, text.length); length > 0; length -= 1) {
    const end = text.slice(-length);
    if (stops.some((stop) => stop.startsWith(end))) return length;
  }
  return 0;
}
