export interface TimedEvent {
  at: number;
}

/** Events by their time, the earliest first. */
export class EventHeap<Event extends TimedEvent> {
  readonly #events: Event[] = [];

  push(event: Event): void {
    const events = this.#events;
    let at = events.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = events[above];
      if (parent === undefined || parent.at <= event.at) break;
      events[at] = parent;
      at = above;
    }
    events[at] = event;
  }

  pop(): Event | undefined {
    const events = this.#events;
    const first = events[0];
    const last = events.pop();
    if (last !== undefined && events.length > 0) this.#sink(last);
    return first;
  }

  /** Puts an event in the place of the first, and where it belongs below. */
  #sink(event: Event): void {
    const events = this.#events;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if ((events[below + 1]?.at ?? Infinity) < (events[below]?.at ?? Infinity)) below += 1;
      const child = events[below];
      if (child === undefined || child.at >= event.at) break;
      events[at] = child;
      at = below;
    }
    events[at] = event;
  }
}
