import type { CacheOutcome } from '../core/cache.ts';
import { toHarnessError, type HarnessError } from '../core/errors.ts';
import type { JournalEntry, TraceHeaders } from '../core/journal.ts';
import type { Role } from '../core/role.ts';
import type { Caller } from '../core/sessions.ts';
import type { TurnEvent, Usage } from '../core/turn-event.ts';
import type { BackendName, TurnStage, WaitingProcess } from '../core/turn-options.ts';
import { WrittenTokens } from './written-tokens.ts';

/** Who asks, as far as that is known before the body is read. */
export interface Arrival {
  /** In milliseconds since the epoch. */
  arrivedAt: number;
  userAgent?: string;
  address?: string;
  session?: string;
  trace?: TraceHeaders;
}

/** Who asks, and where. */
export interface Origin {
  client?: string;
  /** The path as it was mounted. */
  route: string;
  dialect: string;
}

/** How a request ended, as far as its turns do not show it. */
export interface Outcome {
  status: number;
  clientGone?: boolean;
  background?: boolean;
}

/**
 * What is noted of a request on its way, for the journal and for the headers of its answer. Times are milliseconds
 * since the request arrived, by the clock that it was made with.
 */
export class RequestRecord {
  readonly requestId: string;
  readonly arrival: Arrival;
  /** The token that it came with. */
  client: string | undefined;
  /** The name that the client gives itself: good for records, and for nothing that decides. */
  claimedName: string | undefined;
  /** What the client may see and do besides asking for answers. */
  role: Role = 'client';
  /** Whose agents and sessions the request may see. */
  caller: Caller;
  /** The stored conversation, or the session of an agent, in which the answer is given. */
  sessionId: string | undefined;
  /** The batch or the job to which it belongs. */
  batch: string | undefined;
  /** The response that is made in the background. */
  responseId: string | undefined;
  route: string | undefined;
  dialect = 'openai';
  /** The model that was asked for; absent until the body has been understood. */
  model: string | undefined;
  stream = false;
  error: HarnessError | undefined;
  /** Fields of the request that the harness went without. */
  ignored: readonly string[] = [];
  /** What the client should know of how its answer came about. */
  readonly warnings: string[] = [];
  backend: BackendName | undefined;
  /** Which of several logins of the CLI. */
  login: string | undefined;
  /** Absent where the response cache is off for the client. */
  cache: CacheOutcome | undefined;
  /** The answer is made after this request is over, and is recorded by itself. */
  isDetached = false;
  readonly #clock: () => number;
  readonly #startedAt: number;
  #served: string | undefined;
  #process: WaitingProcess | undefined;
  #finish: string | undefined;
  #readMs: number | undefined;
  #admittedMs: number | undefined;
  #acquiredMs: number | undefined;
  #fedMs: number | undefined;
  #firstTokenMs: number | undefined;
  #tokens: Tokens | undefined;
  readonly #written = new WrittenTokens();
  /** By choice. */
  readonly #toolCalls = new Map<number, number>();

  /** `clock` counts milliseconds, from any beginning. */
  constructor(requestId: string, clock: () => number, arrival: Arrival, origin?: Origin) {
    this.requestId = requestId;
    this.arrival = arrival;
    this.#clock = clock;
    this.#startedAt = clock();
    if (origin === undefined) return;
    this.client = origin.client;
    this.route = origin.route;
    this.dialect = origin.dialect;
  }

  /** A record of its own for an answer that is made after this request is over. */
  detach(): RequestRecord {
    this.isDetached = true;
    const record = new RequestRecord(this.requestId, this.#clock, this.arrival, {
      route: this.route ?? '',
      dialect: this.dialect,
      ...(this.client !== undefined && { client: this.client }),
    });
    record.claimedName = this.claimedName;
    record.understood({ model: this.model ?? '', stream: this.stream, ignored: this.ignored });
    return record;
  }

  /** The body has been read and translated. */
  understood({ model, stream, ignored }: { model: string; stream: boolean; ignored: readonly string[] }): void {
    this.model = model;
    this.stream = stream;
    this.ignored = ignored;
    this.#readMs = this.elapsedMs;
  }

  /** Of several turns for one request the first counts. */
  reached(stage: TurnStage): void {
    const at = this.elapsedMs;
    switch (stage.name) {
      case 'admitted':
        this.#admittedMs ??= at;
        this.backend = stage.backend;
        this.login = stage.login;
        return;
      case 'acquired':
        this.#acquiredMs ??= at;
        this.#process ??= stage.process;
        return;
      case 'fed':
        this.#fedMs ??= at;
        return;
    }
  }

  /** `choice`: which of several answers it belongs to. */
  saw(event: TurnEvent, choice = 0): void {
    this.#written.saw(event, choice);
    switch (event.type) {
      case 'start':
      case 'restart':
        this.#served = event.model;
        this.#toolCalls.set(choice, 0);
        return;
      case 'text':
      case 'thinking':
      case 'input':
      case 'opaque':
        this.#firstTokenMs ??= this.elapsedMs;
        return;
      case 'warning':
        // Another try of the turn, or another choice, has the same to say.
        if (!this.warnings.includes(event.message)) this.warnings.push(event.message);
        return;
      case 'end':
        this.#finish = event.stopReason;
        if (this.#cache !== 'hit') this.#count(event.usage);
        return;
      case 'block_start':
        if (event.block.type === 'tool_use') this.#toolCalls.set(choice, (this.#toolCalls.get(choice) ?? 0) + 1);
        return;
      case 'block_stop':
      case 'citation':
      case 'signature':
        return;
    }
  }

  failed(reason: unknown): HarnessError {
    this.error = toHarnessError(reason);
    return this.error;
  }

  /** Rounded to a tenth: the clock has more digits than meaning. */
  get elapsedMs(): number {
    return roundMs(this.#clock() - this.#startedAt);
  }

  /** Whether the model may have been asked, so that asking once more may be paid for twice. */
  get isAsked(): boolean {
    return this.#fedMs !== undefined || this.backend === 'direct' || this.hasBegun;
  }

  /** Whether the model has begun to answer. */
  get hasBegun(): boolean {
    return this.#served !== undefined;
  }

  /** Of the answer as it is now, its thinking included; an estimate while it is not complete. */
  get tokensSoFar(): number {
    return (this.#tokens?.tokensOut ?? 0) + this.#written.estimate;
  }

  /** The status that counts: a client that has left has not seen the one that was sent. */
  statusOf(sent: number): number {
    return this.error?.code === 'ABORTED' ? 499 : sent;
  }

  /** What the journal receives when the request is over. */
  entry({ status, clientGone = false, background = false }: Outcome): JournalEntry {
    const times = {
      readMs: this.#readMs,
      queueMs: difference(this.#admittedMs, this.#readMs),
      acquireMs: difference(this.#acquiredMs, this.#admittedMs),
      feedMs: difference(this.#fedMs, this.#acquiredMs),
      firstTokenMs: this.#firstTokenMs,
    };
    const { arrivedAt, userAgent, address, trace } = this.arrival;
    return {
      requestId: this.requestId,
      arrivedAt,
      route: this.route ?? '',
      dialect: this.dialect,
      stream: this.stream,
      background,
      model: this.model ?? '',
      status: this.statusOf(status),
      clientGone,
      totalMs: this.elapsedMs,
      toolCalls: [...this.#toolCalls.values()].reduce((sum, calls) => sum + calls, 0),
      ...this.#tokens,
      ...defined({
        responseId: this.responseId,
        batch: this.batch,
        client: this.client ?? this.claimedName,
        userAgent,
        address,
        trace,
        session: this.sessionId ?? this.arrival.session,
        served: this.#served,
        backend: this.backend,
        login: this.login,
        process: this.#process,
        finish: this.#finish,
        error: this.error,
        cache: this.#cache,
        ...times,
      }),
    };
  }

  /** Whose turn it was counts: one that answers several requests is paid for once. */
  get #cache(): JournalEntry['cache'] {
    const { cache } = this;
    if (cache?.kind === 'joined') return cache.pays ? 'miss' : 'hit';
    return cache?.kind;
  }

  /** A request for several answers pays for each. */
  #count(usage: Usage): void {
    const tokens = tokensOf(usage);
    const sum = (name: keyof TokenCounts): number => (this.#tokens?.[name] ?? 0) + tokens[name];
    this.#tokens = {
      tokensIn: sum('tokensIn'),
      tokensOut: sum('tokensOut'),
      tokensCached: sum('tokensCached'),
      tokensCachedFor5Minutes: sum('tokensCachedFor5Minutes'),
      tokensCachedForHour: sum('tokensCachedForHour'),
      tokensThinking: sum('tokensThinking'),
      ...((this.#tokens?.isSpeciallyPriced === true || isSpeciallyPriced(usage)) && { isSpeciallyPriced: true }),
    };
  }
}

type TokenCounts = Required<
  Pick<
    JournalEntry,
    'tokensIn' | 'tokensOut' | 'tokensCached' | 'tokensCachedFor5Minutes' | 'tokensCachedForHour' | 'tokensThinking'
  >
>;
type Tokens = TokenCounts & Pick<JournalEntry, 'isSpeciallyPriced'>;

function tokensOf(usage: Usage): TokenCounts {
  const { inputTokens, cacheReadTokens, cacheCreationTokens, hourCacheCreationTokens = 0 } = usage;
  return {
    tokensIn: inputTokens + cacheReadTokens + cacheCreationTokens,
    tokensOut: usage.outputTokens,
    tokensCached: cacheReadTokens,
    tokensCachedFor5Minutes: cacheCreationTokens - hourCacheCreationTokens,
    tokensCachedForHour: hourCacheCreationTokens,
    tokensThinking: usage.thinkingTokens,
  };
}

/** The API says how fast it was where that can be asked for. */
function isSpeciallyPriced({ extra }: Usage): boolean {
  const speed = extra?.['speed'];
  return speed !== undefined && speed !== 'standard';
}

type Defined<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

function defined<Fields extends object>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<Fields>;
}

function difference(later: number | undefined, earlier: number | undefined): number | undefined {
  return later === undefined || earlier === undefined ? undefined : roundMs(later - earlier);
}

function roundMs(ms: number): number {
  return Math.round(ms * 10) / 10;
}
