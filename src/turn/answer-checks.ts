import type { RunTurn } from '../core/backend.ts';
import type { Conversation } from '../core/conversation.ts';
import { HarnessError } from '../core/errors.ts';
import type { TurnEvent, Usage } from '../core/turn-event.ts';
import type { TurnOptions } from '../core/turn-options.ts';
import { describeProblem, type Problem } from './answer-problem.ts';
import { AnswerValidator } from './answer-validator.ts';
import { withCorrection } from './correction.ts';
import { expectationsOf, type Expectations } from './expectations.ts';
import { JoinedTries } from './joined-tries.ts';
import { sumUsage } from './sum-usage.ts';

/**
 * Ensures that an answer is what was asked for: a call where one must come, arguments and output that match their
 * schema. An answer that is not is asked for once more, with the reason, unless the client has it already.
 */
export function withAnswerChecks(runTurn: RunTurn): RunTurn {
  return async function* (conversation, turn, signal) {
    const expected = expectationsOf(conversation, turn);
    if (expected === undefined) yield* runTurn(conversation, turn, signal);
    else yield* new CheckedTurn({ runTurn, conversation, turn, signal }, expected).run();
  };
}

interface AskedTurn {
  runTurn: RunTurn;
  conversation: Conversation;
  turn: TurnOptions;
  signal: AbortSignal;
}

type Events<Result> = AsyncGenerator<TurnEvent, Result, void>;

class CheckedTurn {
  readonly #asked: AskedTurn;
  readonly #expected: Expectations;
  readonly #tries = new JoinedTries();
  #enforcement: TurnOptions['enforcement'];
  #spent: Usage | undefined;

  constructor(asked: AskedTurn, expected: Expectations) {
    this.#asked = asked;
    this.#expected = expected;
    this.#enforcement = asked.turn.enforcement;
  }

  async *run(): Events<void> {
    const { conversation, turn } = this.#asked;
    const first = yield* this.#ask(conversation, { continues: false });
    const problem = first.problem();
    if (problem === undefined || isTooLate(problem, turn)) {
      yield* this.#finish(first, problem);
      return;
    }
    const continues = first.hasPassed && turn.buffered !== true;
    const second = yield* this.#ask(withCorrection(conversation, first, problem), { continues });
    yield* this.#finish(second, second.problem());
  }

  async *#ask(conversation: Conversation, options: { continues: boolean }): Events<AnswerValidator> {
    try {
      return yield* this.#try(conversation, options);
    } catch (error) {
      if (this.#enforcement === 'prompt' || !isForceRefused(error)) throw error;
      this.#enforcement = 'prompt';
      return yield* this.#try(conversation, options);
    }
  }

  async *#try(conversation: Conversation, options: { continues: boolean }): Events<AnswerValidator> {
    const { runTurn, turn, signal } = this.#asked;
    const answer = new AnswerValidator(this.#expected);
    this.#tries.begin(options);
    const events = runTurn(conversation, withEnforcement(turn, this.#enforcement), signal);
    for await (const event of events) yield* this.#check(this.#tries.renumber(event), answer);
    if (answer.end !== undefined) this.#spent = sumUsage(this.#spent, answer.end.usage);
    return answer;
  }

  #check(event: TurnEvent, answer: AnswerValidator): TurnEvent[] {
    const passed = answer.push(event);
    if (event.type === 'start' || event.type === 'restart') {
      this.#tries.hold(event);
      return [];
    }
    return passed.length === 0 ? [] : [...this.#tries.release(), ...passed];
  }

  /** Gives the rest of the last try. */
  *#finish(answer: AnswerValidator, problem: Problem | undefined): Generator<TurnEvent> {
    const { end } = answer;
    if (end === undefined) return;
    if (problem !== undefined) yield warningOf(problem);
    yield* this.#tries.release();
    const isDeclined = this.#expected.output !== undefined && end.stopReason === 'refusal';
    yield* isDeclined ? answer.release().map(toRefusal) : answer.release();
    yield { ...end, usage: this.#spent ?? end.usage };
  }
}

/** The very same options where nothing changes. */
function withEnforcement(turn: TurnOptions, enforcement: TurnOptions['enforcement']): TurnOptions {
  return enforcement === undefined || enforcement === turn.enforcement ? turn : { ...turn, enforcement };
}

function toRefusal(event: TurnEvent): TurnEvent {
  const isText = event.type === 'block_start' && event.block.type === 'text';
  return isText ? { ...event, block: { type: 'refusal' } } : event;
}

/** The API does not force a call while the model thinks, and some models always think. */
function isForceRefused(error: unknown): boolean {
  return error instanceof HarnessError && error.facts.upstreamStatus === 400 && error.message.includes('tool_choice');
}

/** A stream cannot take wrong output back; everything else was held back until now. */
function isTooLate({ kind }: Problem, { buffered }: TurnOptions): boolean {
  return kind === 'wrong-output' && buffered !== true;
}

/** A wrong call can still be of use to the client; output that is not what it seems to be cannot. */
function warningOf(problem: Problem): TurnEvent {
  const message = describeProblem(problem);
  if (problem.kind === 'no-output' || problem.kind === 'wrong-output') {
    throw new HarnessError('OUTPUT_INVALID', `${message} Ask again, or make the schema simpler.`);
  }
  return { type: 'warning', message };
}
