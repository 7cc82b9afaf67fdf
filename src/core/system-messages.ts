import type { Message, TextBlock } from './conversation.ts';

/**
 * The system messages of a conversation that is being translated. Those before its first message are the system prompt.
 * The others keep their place as closely as the Messages API allows: it takes one right after a user's message and
 * nowhere else, so that those within or before what the user says come after it.
 */
export class SystemMessages {
  readonly prompt: string[] = [];
  /** By the index of the user's message that they follow. */
  readonly #later = new Map<number, TextBlock[]>();

  /** `count` and `last` are those of the messages so far, in which neighbours of one role are one message. */
  add(text: string, count: number, last: Message['role'] | undefined): void {
    if (last === undefined) {
      this.prompt.push(text);
      return;
    }
    const index = last === 'user' ? count - 1 : count;
    this.#later.set(index, [...(this.#later.get(index) ?? []), { type: 'text', text }]);
  }

  /**
   * Takes out what is to be answered where nobody has said anything since: what comes last behind an answer, or all that
   * there is. OpenAI's models answer that, while the Messages API wants words of the user's.
   */
  takeQuestion(count: number, last: Message['role'] | undefined): TextBlock[] {
    if (last === 'user') return [];
    if (last === undefined) return this.prompt.splice(-1).map((text) => ({ type: 'text', text }));
    const question = this.#later.get(count) ?? [];
    this.#later.delete(count);
    return question;
  }

  /** The whole conversation's messages with these among them. Behind the last of the user's there is no other place. */
  among(messages: readonly Message[]): Message[] {
    const placed: Message[] = [];
    const end = messages.findLastIndex(({ role }) => role === 'user');
    let waiting: TextBlock[] = [];
    messages.forEach((message, index) => {
      placed.push(message);
      for (const [at, texts] of this.#later) if (at === index || (index === end && at > end)) waiting.push(...texts);
      if (message.role !== 'user' || waiting.length === 0) return;
      placed.push({ role: 'system', content: waiting });
      waiting = [];
    });
    return placed;
  }
}
