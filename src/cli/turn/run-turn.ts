import { randomUUID } from 'node:crypto';
import type { TurnQueue } from '../../admission/turn-queue.ts';
import type { RunTurn } from '../../core/backend.ts';
import type { Conversation } from '../../core/conversation.ts';
import type { TurnEvent } from '../../core/turn-event.ts';
import type { TurnOptions } from '../../core/turn-options.ts';
import type { TurnRules } from '../../core/turn-rules.ts';
import { offeredTools } from '../../messages-api/request-body.ts';
import { joinSystemMessages } from '../../messages-api/system-messages.ts';
import { withFiles } from '../../messages-api/with-files.ts';
import { clientNames, toCliName } from '../../messages-api/tool-names.ts';
import type { CliMessage } from '../../process/stream-messages.ts';
import type { AbilitiesOf } from '../abilities.ts';
import type { Pool } from '../pool/pool.ts';
import { AnswerReader } from './answer-reader.ts';
import { toBody } from './body.ts';
import { BorrowedWorker } from './borrowed-worker.ts';
import type { CacheMark } from './cache-marks.ts';
import { requireCarried } from './client-fields.ts';
import { CliObserver, type CliObserverOptions } from './cli-observer.ts';
import { ExactRequest } from './exact-request.ts';
import { FedConversation } from './fed-conversation.ts';
import type { FedProcess, Feeding } from './feeding.ts';
import { LastLines } from './last-lines.ts';
import { toPrompt } from './setup.ts';
import { userLine } from './user-line.ts';

export interface RunTurnOptions extends CliObserverOptions {
  queue: Pick<TurnQueue, 'enter' | 'leave'>;
  /** Which of several logins it runs with. */
  loginName?: string;
  pool: Pool;
  abilities: AbilitiesOf;
  /** How a request is given to the CLI, where that is able to. */
  prompt: 'exact' | 'fed';
  /** Whether clients use the processes of each other. */
  share: 'everyone' | 'client';
  /** What the CLI marks its own part of a prompt with. */
  cacheMark: CacheMark;
  /** The operator's own additions to the body of API requests (`CLAUDE_CODE_EXTRA_BODY`). */
  extraBody?: Readonly<Record<string, unknown>>;
  rules: TurnRules;
}

/** How a request runs through the CLI: admit, acquire a process, feed, read, give the process back. */
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
  readonly #lastLines = new LastLines();

  constructor(options: RunTurnOptions) {
    this.#options = options;
    this.#observer = new CliObserver(options);
  }

  async *run(request: TurnRequest): Events {
    const { catalog, login, loginName, planLimits, queue } = this.#options;
    const { conversation, turn, signal } = request;
    requireCarried(conversation, turn);
    const model = catalog.resolve(turn.model);
    planLimits.admit(catalog.resolvedName(model));
    await login.admit();
    await queue.enter(signal, turn.client, turn.priority);
    try {
      turn.onStage?.({ name: 'admitted', backend: 'cli', ...(loginName !== undefined && { login: loginName }) });
      // Not before it has its place: those that wait are many.
      yield* this.#withWorker(model, { ...request, conversation: await withFiles(conversation, turn, signal) });
    } finally {
      queue.leave(turn.client, turn.priority);
    }
  }

  /** Where a process that waited fails before the model was asked, another one takes its place, once. */
  async *#withWorker(model: string, request: TurnRequest): Events {
    const first = await this.#borrow(model, request);
    try {
      return yield* this.#use(first, request);
    } catch (error) {
      if (!first.isReplaceable(error) || request.signal.aborted) throw error;
    }
    yield* this.#use(await this.#borrow(model, request), request);
  }

  async #borrow(model: string, request: TurnRequest): Promise<BorrowedWorker> {
    const { pool, rules } = this.#options;
    const { turnTimeoutMs, idleTimeoutMs } = rules;
    const { turn, signal } = request;
    const feeding = this.#feedingFor(model, request);
    const { setup } = feeding;
    const { priority } = turn;
    const wanted = { setup, ...(priority !== undefined && { priority }) };
    const { worker, warm, prepared } = await pool.acquire(model, signal, wanted);
    if (feeding.prompt !== this.#prompt) {
      // The CLI was updated while the request waited, to one that takes it in another form.
      pool.release(worker, 'cli_changed');
      return this.#borrow(model, request);
    }
    turn.onStage?.({ name: 'acquired', process: prepared ? 'prepared' : warm ? 'warm' : 'cold' });
    return new BorrowedWorker({ pool, worker, warm, prepared, feeding, signal, turnTimeoutMs, idleTimeoutMs });
  }

  async *#use(borrowed: BorrowedWorker, request: TurnRequest): Events {
    try {
      yield* this.#answer(borrowed, request);
    } catch (error) {
      this.#observer.failed(error);
      borrowed.failed(error);
      throw error;
    } finally {
      borrowed.giveBack();
    }
  }

  /** How requests are given to the CLI that serves. */
  get #prompt(): 'exact' | 'fed' {
    const { prompt, abilities } = this.#options;
    return prompt === 'fed' ? 'fed' : abilities().prompt;
  }

  #feedingFor(model: string, { conversation: asked, turn }: TurnRequest): Feeding {
    const { catalog, cacheMark: mark, rules, extraBody, share } = this.#options;
    const { defaultEffort } = rules;
    const canStopThinking = catalog.canStopThinking(model);
    const isFed = this.#prompt === 'fed';
    const conversation = isFed ? joinSystemMessages(asked) : asked;
    const prompt = toPrompt(conversation, turn, { defaultEffort, canStopThinking });
    if (isFed) {
      return new FedConversation(conversation, turn, { model, prompt, extraBody });
    }
    const { system, thinking, forceCalls } = prompt;
    const traits = catalog.traits(model);
    const marksTaken = system.length > 0 ? 2 : 1;
    const body = toBody(conversation, turn, { traits, thinking, forceCalls, mark, marksTaken, extraBody });
    const uuid = randomUUID();
    return new ExactRequest({
      system,
      client: share === 'client' ? turn.client : undefined,
      body,
      userLine: userLine(conversation, uuid),
      uuid,
    });
  }

  async *#answer(borrowed: BorrowedWorker, { conversation, turn }: TurnRequest): Events {
    const process = observed(borrowed, this.#observer, borrowed.model);
    await borrowed.feeding.feed(process, borrowed.state);
    this.#options.pool.fed();
    turn.onStage?.({ name: 'fed' });
    const { feeding } = borrowed;
    const reader = new AnswerReader({
      toClientName: clientNames(offeredTools(conversation, turn), toCliName, conversation.apiTools),
      mayAskAgain: feeding.prompt === 'fed',
    });
    for (;;) {
      const message = await process.receive();
      const event = reader.read(message, tellsFailure(message, feeding.prompt) ? await borrowed.loggedFailures() : []);
      if (event === undefined) continue;
      if (event.type === 'start') this.#started(borrowed.model);
      // The first stop reason ends the turn: after `max_tokens`, a refusal or an empty answer the CLI would go on.
      if (event.type === 'end' && event.stopReason === 'end_turn') borrowed.giveBackAnswered(this.#lastLines);
      else if (event.type === 'end') borrowed.giveBack();
      yield event;
      if (event.type === 'end') return;
    }
  }

  #started(model: string): void {
    this.#observer.answered(model);
    this.#options.pool.keepWarm(model);
  }
}

/** Whether the line is about an answer of the API's that the CLI may hide; a conversation that was fed, it may ask again. */
function tellsFailure(message: CliMessage, prompt: 'exact' | 'fed'): boolean {
  if (message.type === 'assistant') return prompt === 'fed' && message.error != null;
  return message.type === 'result' && message.is_error && message.api_error_status != null;
}

function observed(process: FedProcess, observer: CliObserver, model: string): FedProcess {
  return {
    setUp: (setup, lines) => process.setUp(setup, lines),
    send: (messages) => process.send(messages),
    async receive() {
      const message = await process.receive();
      observer.message(message, model);
      return message;
    },
  };
}
