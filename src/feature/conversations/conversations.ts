import type { Caller } from '../../core/sessions.ts';
import { conversationBusy, conversationNotFound } from './conversation-errors.ts';
import type { ConversationFacts, ConversationStore } from './conversation-store.ts';
import { OpenConversation } from './open-conversation.ts';

export interface ConversationsOptions {
  store: ConversationStore;
  /** How long after its last use a conversation is found. */
  keepMs: number;
  /** The most that one conversation may hold. */
  maxBytes: number;
  /** A new random id of 32 hex digits. */
  newId: () => string;
}

const prefix = 'session_';
const idDigits = 16;

/** A conversation as its owner sees it; times in milliseconds since the epoch. */
export interface ConversationSummary extends ConversationFacts {
  expiresAt: number;
}

/** Conversations that chat clients leave with the service. One request at a time has each. */
export class Conversations {
  readonly #options: ConversationsOptions;
  readonly #open = new Set<string>();

  constructor(options: ConversationsOptions) {
    this.#options = options;
  }

  /** Whether an id is one of these; agents have sessions too. */
  static isId(id: string | undefined): id is string {
    return id?.startsWith(prefix) === true;
  }

  /** Gives the id. */
  async create(caller: Caller): Promise<string> {
    const { store, newId } = this.#options;
    const id = prefix + newId().slice(-idDigits);
    await store.create(caller, id, [...this.#open]);
    return id;
  }

  /** Rejects with `SESSION_NOT_FOUND`. */
  async describe(caller: Caller, id: string): Promise<ConversationSummary> {
    const { store, keepMs } = this.#options;
    const facts = await store.describe(caller, id);
    if (facts === undefined) throw conversationNotFound();
    return { ...facts, expiresAt: facts.usedAt + keepMs };
  }

  /** Rejects with `SESSION_NOT_FOUND`. An answer that is being made for it fails at its end, since it can't be stored. */
  async delete(caller: Caller, id: string): Promise<void> {
    if (!(await this.#options.store.delete(caller, id))) throw conversationNotFound();
  }

  /**
   * Takes a conversation for one request, which must close it. Rejects with `SESSION_NOT_FOUND`, and with
   * `SESSION_CONFLICT` while another request has it.
   */
  async open(caller: Caller, id: string): Promise<OpenConversation> {
    const { store, maxBytes } = this.#options;
    const stored = await store.find(caller, id);
    if (stored === undefined) throw conversationNotFound();
    // Only then: to others than its owner it does not exist. Should a turn have ended meanwhile, the store refuses this one.
    if (this.#open.has(id)) throw conversationBusy();
    this.#open.add(id);
    return new OpenConversation({
      stored,
      maxBytes,
      append: (turn) => store.append(caller, id, turn),
      onClose: () => this.#open.delete(id),
    });
  }
}
