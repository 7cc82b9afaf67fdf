import type { Backend, RunTurn } from '../core/backend.ts';
import type {
  AnswerContext,
  DialectSettings,
  Endpoint,
  KeptAnswer,
  ParseContext,
  TurnRequest,
} from '../core/endpoint.ts';
import type { FileContents } from '../core/file-contents.ts';
import type { Logger } from '../core/logger.ts';
import { sessionHeader } from '../core/session-header.ts';
import type { TurnEvent } from '../core/turn-event.ts';
import type { TurnOptions } from '../core/turn-options.ts';
import { Conversations } from '../feature/conversations/conversations.ts';
import type { BackgroundRun } from '../feature/responses/background-run.ts';
import type { Responses } from '../feature/responses/responses.ts';
import type { Asked } from './asked.ts';
import { bindFiles, type NamingRequest } from './bind-files.ts';
import { cachedRun } from './cached-run.ts';
import { cachingOf, type ExchangeCache } from './caching.ts';
import type { Journal } from './journal.ts';
import type { RequestRecord } from './record.ts';
import type { RunningTurns } from './running-turns.ts';
import { runChoices, type ChoicesOptions } from './run-choices.ts';

export interface ExchangeOptions {
  run: RunTurn;
  /** What answers a turn of a model. */
  servedBy: Backend['servedBy'];
  cache: ExchangeCache;
  /** Throws where the client of a token, or one without, may have no turn of this model now. */
  admit: (client: string | undefined, model: string) => void;
  settings: DialectSettings;
  responses: Responses;
  conversations: Conversations;
  /** The contents of files that requests name. */
  fileContents: FileContents;
  journal: Journal;
  /** Where requests can be seen while they are answered. */
  running: RunningTurns;
  log: Logger;
  /** A new random id of 32 hex digits. */
  newId: () => string;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** Where the events of a streamed answer go. */
export interface EventSink {
  /** Settles when there is room for more. */
  send: (events: readonly object[]) => Promise<void>;
  /** Whether anything has gone out, so that a failure can no longer have a status of its own. */
  hasBegun: () => boolean;
}

/**
 * What happens between the body of a request and its answer, whoever asks: HTTP, or what works without a connection.
 * Whoever calls it writes the record to the journal when the request is over; `background` does so itself.
 */
export class Exchange {
  readonly #options: ExchangeOptions;

  constructor(options: ExchangeOptions) {
    this.#options = options;
  }

  /**
   * Reads a body; the record knows from then on what is asked. Throws what `endpoint.parse` throws, and what is wrong with
   * the stored conversation that a header names, or with a file. Whoever calls it must go on with what it gives.
   */
  async parse<Request extends TurnRequest>(
    endpoint: Endpoint<Request>,
    body: unknown,
    record: RequestRecord,
    header?: ParseContext['header'],
  ): Promise<Asked<Request>> {
    const { settings, responses: history, conversations } = this.#options;
    const context = { settings, history, ...(header && { header }) };
    const cachingFor = (request: Request): Pick<Asked, 'caching'> =>
      cachingOf({ request, body, record, cacheControl: header?.('cache-control') }, this.#options.cache);
    const id = header?.(sessionHeader);
    if (!Conversations.isId(id)) {
      const request = await endpoint.parse(body, context);
      record.understood(request);
      return { endpoint, request, record, ...(await this.#filesOf(endpoint, request, record)), ...cachingFor(request) };
    }
    const stored = await conversations.open(record.caller, id);
    try {
      const request = stored.continueWith(await endpoint.parse(body, { ...context, earlier: stored.calls }));
      record.understood(request);
      record.sessionId = id;
      const files = await this.#filesOf(endpoint, request, record);
      return { endpoint, request, record, ...files, stored, ...cachingFor(request) };
    } catch (reason) {
      stored.close();
      throw reason;
    }
  }

  /** Checks the files that a request names, for turns outside of the exchange; `parse` has done so. */
  bindFiles(naming: NamingRequest): Promise<Pick<TurnOptions, 'readFiles'>> {
    return bindFiles(this.#options, naming);
  }

  /** Gives the whole answer. When some of several choices fail, the answer has the others, and the record a warning. */
  async whole(asked: Asked, signal: AbortSignal): Promise<object> {
    const { endpoint, request, record } = asked;
    const answer = endpoint.whole(request, this.#contextOf(record));
    const failures = await this.#whileListed(record, signal, (ending) =>
      runChoices({
        ...this.#turns(asked, ending),
        onEvent: (event, choice) => {
          answer.push(event, choice);
        },
      }),
    );
    const [failure] = failures;
    if (failure !== undefined) {
      record.failed(failure);
      const total = request.conversations.length;
      record.warnings.push(`${failures.length} of ${total} choices failed: ${failure.message}`);
    }
    await this.#keep(request, answer.kept, record);
    return answer.body();
  }

  /**
   * Sends the events of the answer, each batch when the one before has been taken. A failure before the first event is
   * thrown, so that it can have its own status; a later one becomes the last events.
   */
  async stream(asked: Asked, signal: AbortSignal, { send, hasBegun }: EventSink): Promise<'complete' | 'failed'> {
    const { endpoint, request, record } = asked;
    const answer = endpoint.stream(request, this.#contextOf(record));
    try {
      const [failure] = await this.#whileListed(record, signal, (ending) =>
        runChoices({
          ...this.#turns(asked, ending),
          onEvent: async (event, choice) => {
            const events = answer.push(event, choice);
            // Before the client learns that it is complete, since its next request may go on from it.
            if (event.type === 'end') await this.#keep(request, answer.kept, record);
            await send(events);
          },
        }),
      );
      if (failure !== undefined) throw failure;
      return 'complete';
    } catch (reason) {
      if (!hasBegun()) throw reason;
      const events = answer.fail(record.failed(reason));
      await this.#keep(request, answer.kept, record);
      await send(events);
      return 'failed';
    }
  }

  /** Begins an answer that nobody waits for; gives the run to follow, and the answer as it is now. */
  async background(asked: Asked): Promise<{ run: BackgroundRun; body: object }> {
    const { endpoint, request, record } = asked;
    const answer = endpoint.background?.(request, this.#contextOf(record));
    if (answer === undefined) throw new Error(`${endpoint.path} has no answers in the background`);
    const own = record.detach();
    own.responseId = answer.kept.id;
    // Before it begins, so that the client gets it as it is queued.
    const body = answer.body();
    const { run, warning } = await this.#options.responses.start({
      answer,
      streams: request.stream,
      run: (signal) => this.#recorded({ ...asked, record: own }, signal),
    });
    if (warning !== undefined) record.warnings.push(warning);
    return { run, body };
  }

  /** The turn of an answer in the background, written to the journal when it is over. */
  async *#recorded(asked: Asked, signal: AbortSignal): AsyncGenerator<TurnEvent> {
    const { endpoint, record } = asked;
    const { journal, now, running, settings } = this.#options;
    const listed = running.begin(record, signal);
    let status = 200;
    try {
      yield* this.#turns(asked, listed.signal).run(0);
    } catch (reason) {
      const error = record.failed(reason);
      const { requestId, stream } = record;
      status = endpoint.error(error, { requestId, stream, now, planLimitStatus: settings.planLimitStatus }).status;
      throw error;
    } finally {
      listed.end();
      journal.write(record.entry({ status, background: true }));
    }
  }

  /** Runs a part that ends with `signal`, or when somebody cancels it in the list of what is running. */
  async #whileListed<Result>(
    record: RequestRecord,
    signal: AbortSignal,
    run: (ending: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const listed = this.#options.running.begin(record, signal);
    try {
      return await run(listed.signal);
    } finally {
      listed.end();
    }
  }

  /** Throws where the client may have no turn. */
  #turns(asked: Asked, signal: AbortSignal): Omit<ChoicesOptions, 'onEvent'> {
    const { log, admit } = this.#options;
    const { request, record, stored } = asked;
    const run = cachedRun(asked, {
      ...this.#options,
      admit: () => {
        admit(record.client, request.model);
      },
    });
    const options = turnOptionsOf(asked);
    return {
      count: request.conversations.length,
      async *run(choice) {
        const conversation = request.conversations[choice];
        if (conversation === undefined) return;
        const events = run(conversation, options, signal);
        for await (const event of stored?.keep(events) ?? events) {
          record.saw(event, choice);
          if (event.type === 'warning') {
            log.warn('an answer is not what was asked for', { request_id: record.requestId, reason: event.message });
          }
          yield event;
        }
      },
    };
  }

  async #keep(request: TurnRequest, kept: KeptAnswer | undefined, record: RequestRecord): Promise<void> {
    if (request.store !== true || kept === undefined) return;
    const warning = await this.#options.responses.save(kept);
    if (warning !== undefined) record.warnings.push(warning);
  }

  #filesOf(
    { dialect }: Pick<Endpoint, 'dialect'>,
    { model, conversations }: TurnRequest,
    { caller }: RequestRecord,
  ): Promise<Pick<Asked, 'readFiles'>> {
    return this.bindFiles({ caller, dialect, model, conversations });
  }

  #contextOf({ requestId }: RequestRecord): AnswerContext {
    const { settings, newId, now } = this.#options;
    return { settings, requestId, newId, now };
  }
}

function turnOptionsOf({ request, record, priority, readFiles }: Asked): TurnOptions {
  const { options, model, stream } = request;
  return {
    ...options,
    model,
    buffered: !stream,
    ...(record.client !== undefined && { client: record.client }),
    ...(priority !== undefined && { priority }),
    ...(readFiles !== undefined && { readFiles }),
    onStage: (stage) => {
      record.reached(stage);
    },
  };
}
