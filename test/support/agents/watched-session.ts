import type Anthropic from '@anthropic-ai/sdk';
import type { BetaManagedAgentsStreamSessionEvents as SessionEvent } from '@anthropic-ai/sdk/resources/beta/sessions/events';

export type { SessionEvent };

export interface WatchOptions {
  /** Whether texts are seen while they are written. */
  deltas?: boolean;
  /** The id of the last event that was seen. */
  after?: string;
}

/** What happens in a session, as the official client sees it. */
export class WatchedSession {
  readonly events: SessionEvent[] = [];
  readonly #iterator: AsyncIterator<SessionEvent>;

  private constructor(iterator: AsyncIterator<SessionEvent>) {
    this.#iterator = iterator;
  }

  static async of(client: Anthropic, sessionId: string, options: WatchOptions = {}): Promise<WatchedSession> {
    const { deltas = false, after } = options;
    const stream = await client.beta.sessions.events.stream(
      sessionId,
      deltas ? { event_deltas: ['agent.message'] } : {},
      after === undefined ? {} : { headers: { 'last-event-id': after } },
    );
    return new WatchedSession(stream[Symbol.asyncIterator]());
  }

  async until(isLast: (event: SessionEvent) => boolean): Promise<SessionEvent> {
    for (;;) {
      const next = await this.#iterator.next();
      if (next.done === true) throw new Error(`ended after ${this.events.map(({ type }) => type).join(', ')}`);
      this.events.push(next.value);
      if (isLast(next.value)) return next.value;
    }
  }

  /** Gives why it rests. */
  async untilIdle() {
    const event = await this.until(({ type }) => type === 'session.status_idle');
    if (event.type !== 'session.status_idle') throw new Error('not idle');
    return event.stop_reason;
  }

  of<Type extends SessionEvent['type']>(type: Type): Extract<SessionEvent, { type: Type }>[] {
    return this.events.filter((event) => event.type === type) as Extract<SessionEvent, { type: Type }>[];
  }
}

export function textOf(event: { content?: readonly { type: string }[] } | undefined): string {
  return (event?.content ?? []).map((block) => ('text' in block ? String(block.text) : '')).join('');
}
