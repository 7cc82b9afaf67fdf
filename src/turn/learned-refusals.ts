import type { RunTurn } from '../core/backend.ts';
import type { Logger } from '../core/logger.ts';
import type { TurnEvent } from '../core/turn-event.ts';
import type { TurnRules } from '../core/turn-rules.ts';
import { thinkingOf, thinks } from '../messages-api/thinking.ts';
import { fitRequest } from './fit-request.ts';
import { lossOf, without, type Feature, type ModelRequest } from './model-request.ts';
import { textAsOutput } from './output-text.ts';
import { RefusalMemory } from './refusal-memory.ts';
import { refusalOf, type Refusal } from './refused-feature.ts';

export interface LearnedRefusalsOptions {
  /** The full name of the model that a name of a client's stands for, as far as it is known. Throws `MODEL_NOT_FOUND`. */
  fullName: (requested: string) => string;
  rules: Pick<TurnRules, 'defaultEffort'>;
  log: Logger;
}

/**
 * Asks a model only for what it takes. What that is, the API tells by refusing a request; then the turn is asked for
 * again without the feature that it names, and later ones of that model at once. The client learns what it did not get.
 */
export function withLearnedRefusals(runTurn: RunTurn, options: LearnedRefusalsOptions): RunTurn {
  const memory = new RefusalMemory();
  return async function* (conversation, turn, signal) {
    const model = options.fullName(turn.model);
    const isThinking = thinks(thinkingOf(turn, options.rules.defaultEffort, turn.maxTokens));
    const { request, warnings } = fitRequest({ conversation, turn }, { model, thinks: isThinking });
    const run = (asked: ModelRequest) => runTurn(asked.conversation, asked.turn, signal);
    yield* new RelievedTurn({ run, memory, log: options.log, model, request, warnings }).events();
  };
}

interface RelievedTurnOptions {
  run: (request: ModelRequest) => AsyncIterable<TurnEvent>;
  memory: RefusalMemory;
  log: Logger;
  model: string;
  request: ModelRequest;
  warnings: string[];
}

/** A turn that is asked for until it holds nothing more that the model refuses. */
class RelievedTurn {
  readonly #options: RelievedTurnOptions;
  #request: ModelRequest;
  #hasBegun = false;
  readonly #warnings: string[];
  readonly #learned: { refusal: Refusal; reason: string }[] = [];

  constructor(options: RelievedTurnOptions) {
    this.#options = options;
    this.#request = options.request;
    this.#warnings = [...options.warnings];
    const { memory, model, request } = options;
    for (const feature of memory.of(model, request)) this.#leaveOut(feature);
  }

  async *events(): AsyncGenerator<TurnEvent, void, void> {
    for (;;) {
      try {
        yield* this.#try();
        return;
      } catch (error) {
        const refusal = this.#hasBegun ? undefined : refusalOf(error, this.#request);
        if (refusal === undefined) throw error;
        this.#learned.push({ refusal, reason: (error as Error).message });
        this.#leaveOut(refusal.feature);
      }
    }
  }

  async *#try(): AsyncGenerator<TurnEvent, void, void> {
    const { run } = this.#options;
    const isConstrained = this.#request.turn.output?.constrained === true;
    const events = run(this.#request);
    for await (const event of isConstrained ? textAsOutput(events) : events) {
      if (!this.#hasBegun) yield* this.#begin();
      yield event;
    }
  }

  /** The answer has begun: so it was the features left out that had been in its way. */
  *#begin(): Generator<TurnEvent> {
    const { memory, model, log } = this.#options;
    this.#hasBegun = true;
    for (const { refusal, reason } of this.#learned) {
      memory.note(model, refusal);
      log.warn('a model refuses what it was asked for; it is left out from now on', {
        model,
        feature: refusal.feature,
        reason,
      });
    }
    for (const message of this.#warnings) yield { type: 'warning', message };
  }

  #leaveOut(feature: Feature): void {
    const loss = lossOf(this.#request, feature);
    if (loss !== undefined) this.#warnings.push(`${loss} was left out: the model does not take it.`);
    this.#request = without(this.#request, feature);
  }
}
