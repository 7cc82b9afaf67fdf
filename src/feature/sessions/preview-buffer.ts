import type { PreviewEvent } from '../../core/session-event.ts';

/** How many previews wait for one watcher, deltas that follow each other counting as one. */
const maxWaiting = 64;

interface Waiting {
  /** The place of the last event before it. */
  after: number;
  event: PreviewEvent;
}

/** The previews that one watcher has not fetched. A watcher that is too slow misses the rest of a text, and none of it wrongly. */
export class PreviewBuffer {
  readonly #waiting: Waiting[] = [];
  /** Texts of which the watcher gets all so far. */
  readonly #whole = new Set<string>();

  add(event: PreviewEvent, after: number): void {
    if (event.type === 'event_start') this.#whole.add(event.event.id);
    else if (!this.#whole.has(event.event_id)) return;
    const last = this.#waiting.at(-1);
    if (last?.after === after && appendDelta(last, event)) return;
    if (this.#waiting.length >= maxWaiting) this.#giveUp();
    if (this.#whole.has(idOf(event))) this.#waiting.push({ after, event });
  }

  /** The next one that belongs before the event behind that place. */
  take(seq: number): PreviewEvent | undefined {
    const first = this.#waiting[0];
    return first !== undefined && first.after <= seq ? this.#waiting.shift()?.event : undefined;
  }

  /** Its event has come. */
  end(id: string): void {
    this.#whole.delete(id);
  }

  #giveUp(): void {
    this.#waiting.length = 0;
    this.#whole.clear();
  }
}

function appendDelta(last: Waiting, event: PreviewEvent): boolean {
  if (last.event.type !== 'event_delta' || event.type !== 'event_delta') return false;
  if (last.event.event_id !== event.event_id) return false;
  const text = last.event.delta.content.text + event.delta.content.text;
  last.event = { ...event, delta: { ...event.delta, content: { ...event.delta.content, text } } };
  return true;
}

function idOf(event: PreviewEvent): string {
  return event.type === 'event_start' ? event.event.id : event.event_id;
}
