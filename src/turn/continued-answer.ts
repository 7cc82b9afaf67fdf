import type { RunTurn } from '../core/backend.ts';
import type { AssistantBlock, Conversation } from '../core/conversation.ts';
import type { TurnEvent, Usage } from '../core/turn-event.ts';
import type { TurnOptions } from '../core/turn-options.ts';
import { joinMessages } from '../core/join-messages.ts';
import { AnswerSoFar } from '../core/answer-so-far.ts';
import { sumUsage } from './sum-usage.ts';

/** The API interrupts an answer after about ten calls of its own tools. */
const maxContinuations = 10;

type Run = (conversation: Conversation, turn: TurnOptions) => AsyncIterable<TurnEvent>;
type EndEvent = Extract<TurnEvent, { type: 'end' }>;

/**
 * Goes on with an answer that the API has interrupted (`pause_turn`), for clients that can't send it back themselves:
 * its parts become one answer. One that is interrupted again and again ends as it is.
 */
export function withContinuation(runTurn: RunTurn): RunTurn {
  return (conversation, turn, signal) => {
    if (turn.continuesPaused !== true) return runTurn(conversation, turn, signal);
    const run: Run = (asked, left) => runTurn(asked, left, signal);
    return new ContinuedAnswer(run, conversation, turn).events();
  };
}

class ContinuedAnswer {
  readonly #run: Run;
  #conversation: Conversation;
  #turn: TurnOptions;
  /** What the client was given of the parts that are over. */
  readonly #earlier: TurnEvent[] = [];
  #spent: Usage | undefined;
  #offset = 0;
  #nextId = 0;

  constructor(run: Run, conversation: Conversation, turn: TurnOptions) {
    this.#run = run;
    this.#conversation = conversation;
    this.#turn = turn;
  }

  async *events(): AsyncGenerator<TurnEvent, void, void> {
    for (let left = maxContinuations; ; left -= 1) {
      const { end, said } = yield* this.#part();
      if (end === undefined) return;
      this.#spent = sumUsage(this.#spent, end.usage);
      const goesOn = end.stopReason === 'pause_turn' && left > 0 && said !== undefined && canBeGoneOnWith(said);
      if (!goesOn || !this.#goOn(said, end)) {
        yield { ...end, usage: this.#spent };
        return;
      }
    }
  }

  async *#part(): AsyncGenerator<TurnEvent, { end: EndEvent | undefined; said: AssistantBlock[] | undefined }, void> {
    const answer = new AnswerSoFar();
    const isFirst = this.#spent === undefined;
    const given: TurnEvent[] = [];
    let end: EndEvent | undefined;
    this.#offset = this.#nextId;
    for await (const event of this.#run(this.#conversation, this.#turn)) {
      answer.push(event);
      if (event.type === 'end') {
        end = event;
      } else if (event.type === 'restart') {
        // It makes all void that the client has.
        given.length = 0;
        yield event;
        yield* this.#again();
      } else if (event.type !== 'start') {
        const own = this.#renumbered(event);
        given.push(own);
        yield own;
      } else if (isFirst) {
        yield event;
      }
    }
    this.#earlier.push(...given);
    return { end, said: answer.blocks() };
  }

  /** The earlier parts, as blocks that the turn has not had yet. */
  *#again(): Generator<TurnEvent> {
    const base = this.#nextId;
    for (const [index, event] of this.#earlier.entries()) {
      if (!('id' in event)) continue;
      const again = { ...event, id: base + event.id };
      this.#nextId = Math.max(this.#nextId, again.id + 1);
      this.#earlier[index] = again;
      yield again;
    }
    this.#offset = this.#nextId;
  }

  #renumbered(event: TurnEvent): TurnEvent {
    if (!('id' in event)) return event;
    const id = event.id + this.#offset;
    this.#nextId = Math.max(this.#nextId, id + 1);
    return { ...event, id };
  }

  /** Whether there is any room left for more of the answer. */
  #goOn(said: AssistantBlock[], { usage }: EndEvent): boolean {
    const { maxTokens } = this.#turn;
    if (maxTokens !== undefined && usage.outputTokens >= maxTokens) return false;
    if (maxTokens !== undefined) this.#turn = { ...this.#turn, maxTokens: maxTokens - usage.outputTokens };
    const messages = joinMessages([...this.#conversation.messages, { role: 'assistant', content: said }]);
    this.#conversation = { ...this.#conversation, messages };
    return true;
  }
}

/** What the client is to run has no result yet. */
function canBeGoneOnWith(said: readonly AssistantBlock[]): boolean {
  return said.length > 0 && said.every(({ type }) => type !== 'tool_use');
}
