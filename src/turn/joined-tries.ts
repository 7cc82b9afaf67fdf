import type { TurnEvent } from '../core/turn-event.ts';

type Start = Extract<TurnEvent, { type: 'start' | 'restart' }>;

/** Makes the events of several tries those of one turn, which has one `start` and whose blocks have different ids. */
export class JoinedTries {
  /** The start that is still held back. */
  #start: Start | undefined;
  #hasStarted = false;
  #continues = false;
  #nextId = 0;
  #offset = 0;

  /** Begins a try. `continues`: the client keeps what it has of the try before, of which this one is the rest. */
  begin({ continues }: { continues: boolean }): void {
    this.#continues = continues;
    this.#offset = this.#nextId;
  }

  /** The event of the current try, with an id that no block of an earlier try has. */
  renumber(event: TurnEvent): TurnEvent {
    if (!('id' in event)) return event;
    const id = event.id + this.#offset;
    this.#nextId = Math.max(this.#nextId, id + 1);
    return { ...event, id };
  }

  /** Holds the start of a try back until something follows it, so that a warning can come before it. */
  hold(start: Start): void {
    if (this.#continues) this.#continues = false;
    else this.#start = start;
  }

  /** The start that was held back, if any: the turn's `start`, or a `restart` where the turn has started already. */
  release(): TurnEvent[] {
    if (this.#start === undefined) return [];
    const start: TurnEvent = { ...this.#start, type: this.#hasStarted ? 'restart' : 'start' };
    this.#hasStarted = true;
    this.#start = undefined;
    return [start];
  }
}
