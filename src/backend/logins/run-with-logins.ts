import type { TurnQueue } from '../../admission/turn-queue.ts';
import type { RunTurn } from '../../core/backend.ts';
import type { Conversation } from '../../core/conversation.ts';
import type { ErrorCode, HarnessError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { TurnEvent } from '../../core/turn-event.ts';
import type { TurnOptions } from '../../core/turn-options.ts';
import { conversationKey, type ConversationLogins } from './conversation-logins.ts';
import { isReasonToMoveOn, refusedByAll } from './move-on.ts';

export interface LoginToTry {
  name: string;
  run: RunTurn;
  /** With what a turn would be refused now, without asking the API. */
  refusal?: HarnessError;
}

export interface RunWithLoginsOptions {
  /** The logins in the order in which a turn of the model should try them. Throws `MODEL_NOT_FOUND`. */
  order: (model: string, last: string | undefined) => readonly LoginToTry[];
  /** Throws `BUDGET_EXCEEDED` where what is left of a login's plan is not for this turn. */
  admit: (login: string, turn: TurnOptions) => void;
  /** Called when a login is about to run a turn. */
  onUse: (login: string) => void;
  conversations: ConversationLogins;
  queue: Pick<TurnQueue, 'enter' | 'leave'>;
  log: Logger;
}

/**
 * Runs a turn with the best login, and with the next where that can't serve it, unless a part of the answer has gone out. A
 * turn keeps its place in the queue. Fails when no login serves it, with what `refusedByAll` gives.
 */
export function runWithLogins(options: RunWithLoginsOptions): RunTurn {
  const attempts = new Attempts(options);
  return (conversation, turn, signal) => attempts.run(conversation, turn, signal);
}

class Attempts {
  readonly #options: RunWithLoginsOptions;
  /** What has been logged of a login that was passed over. */
  readonly #passedOver = new Map<string, ErrorCode>();

  constructor(options: RunWithLoginsOptions) {
    this.#options = options;
  }

  async *run(conversation: Conversation, turn: TurnOptions, signal: AbortSignal): AsyncGenerator<TurnEvent, void> {
    const { queue } = this.#options;
    const key = conversationKey(conversation, turn);
    const known = this.#order(turn, key).map(({ refusal }) => refusal);
    // Who can't be served by anyone need not wait in the queue for that.
    if (known.every((refusal) => refusal !== undefined)) throw refusedByAll(known);
    await queue.enter(signal, turn.client, turn.priority);
    try {
      yield* this.#firstAnswer(key, conversation, turn, signal);
    } finally {
      queue.leave(turn.client, turn.priority);
    }
  }

  async *#firstAnswer(
    key: string,
    conversation: Conversation,
    turn: TurnOptions,
    signal: AbortSignal,
  ): AsyncGenerator<TurnEvent, void> {
    const refusals: HarnessError[] = [];
    let hasStarted = false;
    for (const { name, run } of this.#order(turn, key)) {
      let hasBegun = false;
      try {
        this.#options.admit(name, turn);
        this.#options.onUse(name);
        for await (const event of run(conversation, turn, signal)) {
          const replaces = hasStarted && event.type === 'start';
          if (event.type === 'start' || event.type === 'restart') {
            hasStarted = true;
            this.#noteServed(name, key);
          } else if (event.type !== 'warning') hasBegun = true;
          yield replaces ? { ...event, type: 'restart' } : event;
        }
        return;
      } catch (error) {
        if (hasBegun || signal.aborted || !isReasonToMoveOn(error)) throw error;
        refusals.push(error);
        this.#notePassedOver(name, error);
      }
    }
    throw refusedByAll(refusals);
  }

  #order({ model }: TurnOptions, key: string): readonly LoginToTry[] {
    const { order, conversations } = this.#options;
    return order(model, conversations.of(key));
  }

  #noteServed(login: string, key: string): void {
    const { conversations, log } = this.#options;
    conversations.note(key, login);
    if (this.#passedOver.delete(login)) log.info('a login serves turns again', { login });
  }

  /** Once while it lasts. What is missing has a line of its own, and what a client may not use is nothing to look at. */
  #notePassedOver(login: string, { code, message }: HarnessError): void {
    if (code === 'NOT_LOGGED_IN' || code === 'BUDGET_EXCEEDED' || this.#passedOver.get(login) === code) return;
    this.#passedOver.set(login, code);
    this.#options.log.info('turns go to another login now', { login, error: code, reason: message });
  }
}
