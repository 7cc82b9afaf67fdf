import { joinMessages } from '../../core/join-messages.ts';
import { AnswerSoFar } from '../../core/answer-so-far.ts';
import type { Conversation } from '../../core/conversation.ts';
import { earlierCalls, type EarlierCalls } from '../../core/earlier-calls.ts';
import type { TurnRequest } from '../../core/endpoint.ts';
import type { TurnEvent } from '../../core/turn-event.ts';
import { conversationTooLarge, severalChoices } from './conversation-errors.ts';
import type { NewTurn, StoredConversation, StoredTurn } from './conversation-store.ts';
import { messagesOf, toAnswer, withoutMarks } from './kept-messages.ts';

export interface OpenConversationOptions {
  stored: StoredConversation;
  maxBytes: number;
  append: (turn: NewTurn) => Promise<void>;
  /** Called once; lets the next request have the conversation. */
  onClose: () => void;
}

/** A stored conversation while one request has it: nobody else can until it is closed. */
export class OpenConversation {
  readonly #options: OpenConversationOptions;
  #asked: StoredTurn & Pick<NewTurn, 'system'> = { model: '', messages: [], system: [] };
  #isClosed = false;

  constructor(options: OpenConversationOptions) {
    this.#options = options;
  }

  get id(): string {
    return this.#options.stored.id;
  }

  /** For whoever reads the request. */
  get calls(): EarlierCalls {
    return earlierCalls(joinMessages(this.#options.stored.turns.flatMap(({ messages }) => messages)));
  }

  /** The request with what was said before. Throws `INVALID_REQUEST` or `BODY_TOO_LARGE`. */
  continueWith<Request extends TurnRequest>(request: Request): Request {
    const { stored, maxBytes } = this.#options;
    const { conversations, model, options } = request;
    const [conversation] = conversations;
    if (conversation === undefined || conversations.length > 1) throw severalChoices();
    const { system } = conversation.system.length > 0 ? conversation : stored;
    this.#asked = { model, system, messages: withoutMarks(conversation.messages) };
    if (stored.bytes + Buffer.byteLength(JSON.stringify(this.#asked.messages)) > maxBytes) throw conversationTooLarge();
    const messages = joinMessages([...messagesOf(stored.turns, model), ...conversation.messages]);
    const whole: Conversation = { ...conversation, system: [...system], messages };
    // Nobody can send back an answer that the API has interrupted: it is in the conversation already.
    return { ...request, conversations: [whole], options: { ...options, continuesPaused: true } };
  }

  /** The events of the turn. The answer is stored before its `end`; the conversation is closed however the turn ends. */
  async *keep(events: AsyncIterable<TurnEvent>): AsyncGenerator<TurnEvent, void, void> {
    const answer = new AnswerSoFar();
    try {
      for await (const event of events) {
        answer.push(event);
        if (event.type === 'end') {
          if (event.stopReason === 'refusal') yield { type: 'warning', message: refused };
          else await this.#append(answer);
        }
        yield event;
      }
    } finally {
      this.close();
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#options.onClose();
  }

  async #append(answer: AnswerSoFar): Promise<void> {
    const { model, messages, system } = this.#asked;
    const said = [...messages, ...toAnswer(answer.sendableBlocks())];
    await this.#options.append({ model, system, messages: said, after: this.#options.stored.turns.length });
  }
}

/** The API would refuse whatever follows as well. */
const refused = 'The request was refused, so neither it nor the answer was stored in the session.';
