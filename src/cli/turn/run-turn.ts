import type { TurnQueue } from '../../admission/turn-queue.ts';
import type { RunTurn } from '../../core/backend.ts';
import type { Conversation } from '../../core/conversation.ts';
import type { TurnEvent } from '../../core/turn-event.ts';
import type { Effort, TurnOptions } from '../../core/turn-options.ts';
import { offeredTools } from '../../messages-api/request-body.ts';
import { clientNames, toCliName } from '../../messages-api/tool-names.ts';
import type { CliMessage } from '../../process/stream-messages.ts';
import type { Pool } from '../pool/pool.ts';
import type { Setup } from '../pool/repeated-setup.ts';
import type { Worker } from '../pool/worker.ts';
import { AnswerReader } from './answer-reader.ts';
import { Channel } from './channel.ts';
import { CliObserver, type CliObserverOptions } from './cli-observer.ts';
import { toInputBatches } from './feed.ts';
import { toSetup } from './setup.ts';

export interface RunTurnOptions extends CliObserverOptions {
  queue: TurnQueue;
  pool: Pool;
  defaultEffort: Effort;
  /** The operator's own additions to the body of API requests (`CLAUDE_CODE_EXTRA_BODY`). */
  extraBody?: Readonly<Record<string, unknown>>;
  turnTimeoutMs: number;
  idleTimeoutMs: number;
}

/** How a request runs through the CLI: admit, acquire a process, feed, read, throw the process away. */
export function createRunTurn(options: RunTurnOptions): RunTurn {
  const runner = new TurnRunner(options);
  return (conversation, turn, signal) => runner.run({ conversation, turn, signal });
}

interface TurnRequest {
  conversation: Conversation;
  turn: TurnOptions;
  signal: AbortSignal;
}

type Events = AsyncGenerator<TurnEvent, void, void>;

class TurnRunner {
  readonly #options: RunTurnOptions;
  readonly #observer: CliObserver;

  constructor(options: RunTurnOptions) {
    this.#options = options;
    this.#observer = new CliObserver(options);
  }

  async *run(request: TurnRequest): Events {
    const { catalog, login, planLimits, queue } = this.#options;
    const { turn, signal } = request;
    const model = catalog.resolve(turn.model);
    planLimits.admit(catalog.resolvedName(model));
    await login.admit();
    await queue.enter(signal, turn.client);
    try {
      turn.onStage?.({ name: 'admitted', backend: 'cli' });
      yield* this.#withWorker(model, request);
    } finally {
      queue.leave(turn.client);
    }
  }

  async *#withWorker(model: string, request: TurnRequest): Events {
    const { pool } = this.#options;
    const { turn, signal } = request;
    const setup = this.#setupFor(model, request);
    const { worker, warm, prepared } = await pool.acquire(model, signal, setup);
    turn.onStage?.({ name: 'acquired', process: prepared ? 'prepared' : warm ? 'warm' : 'cold' });
    try {
      yield* this.#answer(worker, prepared ? [] : setup.lines, request);
    } catch (error) {
      this.#observer.failed(error);
      throw error;
    } finally {
      pool.release(worker);
    }
  }

  #setupFor(model: string, { conversation, turn }: TurnRequest): Setup {
    const { catalog, defaultEffort, extraBody } = this.#options;
    const canStopThinking = catalog.canStopThinking(model);
    return toSetup(conversation, turn, { defaultEffort, canStopThinking, extraBody });
  }

  async *#answer(worker: Worker, setup: readonly object[], { conversation, turn, signal }: TurnRequest): Events {
    const { pool, turnTimeoutMs, idleTimeoutMs } = this.#options;
    const channel = new Channel(worker.cli, { signal, turnTimeoutMs, idleTimeoutMs });
    try {
      await this.#feed(channel, toInputBatches(setup, conversation, worker.model));
      pool.fed();
      turn.onStage?.({ name: 'fed' });
      const reader = new AnswerReader(clientNames(offeredTools(conversation, turn), toCliName));
      for (;;) {
        const event = reader.read(await this.#receive(channel));
        if (event === undefined) continue;
        if (event.type === 'start') this.#started(worker.model);
        yield event;
        if (event.type === 'end') return;
      }
    } finally {
      channel.dispose();
    }
  }

  /** Sends all batches; each but the last is answered by a `result` of its own. */
  async #feed(channel: Channel, batches: object[][]): Promise<void> {
    for (const [index, batch] of batches.entries()) {
      await channel.send(batch);
      if (index === batches.length - 1) return;
      while ((await this.#receive(channel)).type !== 'result');
    }
  }

  async #receive(channel: Channel): Promise<CliMessage> {
    const message = await channel.receive();
    this.#observer.message(message);
    return message;
  }

  #started(model: string): void {
    this.#observer.answered(model);
    this.#options.pool.keepWarm(model);
  }
}
