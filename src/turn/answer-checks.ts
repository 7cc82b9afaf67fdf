import type { Conversation } from '../core/conversation.ts';
import { HarnessError } from '../core/errors.ts';
import type { RunTurn } from '../core/backend.ts';
import type { TurnOptions } from '../core/turn-options.ts';
import type { TurnEvent, Usage } from '../core/turn-event.ts';
import { AnswerReview, type Expectations, type Problem } from './answer-validator.ts';
import { compileSchema } from './json-schema.ts';
import { withObjection } from './correction.ts';
import { offeredTools, requiresCall } from '../messages-api/request-body.ts';

type Start = Extract<TurnEvent, { type: 'start' | 'restart' }>;

/**
 * Sees to it that an answer is what was asked for: a call where one must come, arguments and output of the form that
 * their schema gives. An answer that is not is asked for once more, with the reason, unless the client has it already.
 */
export function withAnswerChecks(runTurn: RunTurn): RunTurn {
  return async function* (conversation, turn, signal) {
    const expected = expectationsOf(conversation, turn);
    if (expected === undefined) {
      yield* runTurn(conversation, turn, signal);
      return;
    }
    let asked = conversation;
    let options = turn;
    let spent: Usage | undefined;
    // Held back with the rest, so that a warning comes before anything of the answer.
    let start: Start | undefined;
    let hasStarted = false;
    const takeStart = (): TurnEvent[] => {
      if (start === undefined) return [];
      const event: TurnEvent = { ...start, type: hasStarted ? 'restart' : 'start' };
      hasStarted = true;
      start = undefined;
      return [event];
    };
    let isContinued = false;
    let nextId = 0;
    for (let tries = 1; ;) {
      // Each try numbers its blocks from 0.
      const offset = nextId;
      const review = new AnswerReview(expected);
      try {
        for await (const unshifted of runTurn(asked, options, signal)) {
          const event = 'id' in unshifted ? { ...unshifted, id: unshifted.id + offset } : unshifted;
          if ('id' in event) nextId = Math.max(nextId, event.id + 1);
          const events = review.push(event);
          if (event.type === 'start' || event.type === 'restart') {
            // The client has a part of the answer already when this is the rest of it.
            if (!isContinued) start = event;
            isContinued = false;
          } else if (events.length > 0) {
            yield* takeStart();
            yield* events;
          }
        }
      } catch (error) {
        if (options.enforcement === 'prompt' || !isForceRefused(error)) throw error;
        options = { ...options, enforcement: 'prompt' };
        continue;
      }
      const { end } = review;
      if (end === undefined) return;
      spent = spent === undefined ? end.usage : sum(spent, end.usage);
      const problem = review.problem();
      if (problem !== undefined && tries === 1 && !isTooLate(problem, turn)) {
        asked = withObjection(conversation, review, problem);
        isContinued = review.hasPassed && turn.replaceable !== true;
        tries += 1;
        continue;
      }
      if (problem !== undefined) yield warningOf(problem);
      yield* takeStart();
      const isDeclined = expected.output !== undefined && end.stopReason === 'refusal';
      yield* isDeclined ? review.release().map(toRefusal) : review.release();
      yield { ...end, usage: spent };
      return;
    }
  };
}

function toRefusal(event: TurnEvent): TurnEvent {
  const isText = event.type === 'block_start' && event.block.type === 'text';
  return isText ? { ...event, block: { type: 'refusal' } } : event;
}

function expectationsOf(conversation: Conversation, turn: TurnOptions): Expectations | undefined {
  const call = requiresCall(turn);
  const strict = new Map(
    offeredTools(conversation, turn)
      .filter((tool) => tool.strict)
      .map(({ name, inputSchema, field }) => [name, compileSchema(inputSchema, field)]),
  );
  // Compiled in any case: a schema that is none is the client's mistake whether it is used or not.
  const validate = turn.output === undefined ? undefined : compileSchema(turn.output.schema, turn.output.field);
  const output = call ? undefined : validate;
  return call || output !== undefined || strict.size > 0 ? { call, output, strict } : undefined;
}

/** The API forces no call while the model thinks, and some models always think. */
function isForceRefused(error: unknown): boolean {
  return error instanceof HarnessError && error.facts.upstreamStatus === 400 && error.message.includes('tool_choice');
}

/** A stream cannot take back what is wrong; everything else was held back until now. */
function isTooLate({ kind }: Problem, { replaceable }: TurnOptions): boolean {
  return kind === 'wrong-output' && replaceable !== true;
}

function describe(problem: Problem): string {
  switch (problem.kind) {
    case 'no-call':
      return 'The model was asked twice to call a tool and answered in text.';
    case 'no-output':
      return 'The model was asked twice for structured output and answered in text.';
    case 'wrong-output':
      return `The model’s answer does not match the schema: ${problem.reason}.`;
    case 'wrong-arguments':
      return `The model’s arguments do not match the schema of a strict tool: ${[...problem.reasons.values()].join('; ')}.`;
  }
}

/** What is called wrongly can still be of use to the client; output that is not what it seems to be cannot. */
function warningOf(problem: Problem): TurnEvent {
  const message = describe(problem);
  if (problem.kind === 'no-output' || problem.kind === 'wrong-output') {
    throw new HarnessError('OUTPUT_INVALID', `${message} Ask again, or make the schema simpler.`);
  }
  return { type: 'warning', message };
}

function sum(a: Usage, b: Usage): Usage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheCreationTokens: a.cacheCreationTokens + b.cacheCreationTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    thinkingTokens: a.thinkingTokens + b.thinkingTokens,
  };
}
