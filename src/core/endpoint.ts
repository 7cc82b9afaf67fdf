import type { CacheFields } from './cache.ts';
import type { Conversation } from './conversation.ts';
import type { EarlierCalls } from './earlier-calls.ts';
import type { ErrorCode, HarnessError } from './errors.ts';
import type { StreamFormat } from './stream-format.ts';
import type { TurnEvent } from './turn-event.ts';
import type { TurnOptions } from './turn-options.ts';

/** What the configuration says about reading requests and showing answers. */
export interface DialectSettings {
  /** The model of a request that names none. */
  defaultModel: string;
  /** What to do with fields that cannot be honoured but do not change what the answer means. */
  unsupportedParams: 'ignore' | 'reject';
  /** How many answers one request may ask for. */
  maxChoices: number;
  /** Whether thinking is shown to clients. */
  showReasoning: boolean;
  /** The status of `PLAN_LIMIT_REACHED`. */
  planLimitStatus: PlanLimitStatus;
}

/** Many routers fail over on 5xx only. */
export type PlanLimitStatus = 429 | 503;

/** What earlier requests have left behind, for requests that refer to it. */
export interface History {
  /** The items of a chain of responses up to this one, the oldest first. Throws `PREVIOUS_RESPONSE_NOT_FOUND`. */
  itemsUntil(responseId: string): Promise<object[]>;
  /** An item of a response; `undefined` when it is not stored. */
  findItem(responseId: string, itemId: string): Promise<object | undefined>;
}

export interface ParseContext {
  settings: DialectSettings;
  history: History;
  /** A header of the request, by its name in lower case; `undefined` where it has none. */
  header?: (name: string) => string | undefined;
  /** Of the stored conversation that the request goes on with, whose messages the caller puts before the request's own. */
  earlier?: EarlierCalls;
}

/** What a dialect must not find out by itself: who asks, and whatever differs from call to call. */
export interface AnswerContext {
  settings: DialectSettings;
  requestId: string;
  /** A new random id of 32 hex digits. */
  newId: () => string;
  /** Milliseconds since the epoch. */
  now: () => number;
}

export interface ErrorContext
  extends Pick<AnswerContext, 'requestId' | 'now'>, Pick<DialectSettings, 'planLimitStatus'> {
  /** Whether the request asked for a stream; `false` where it was not read so far. */
  stream: boolean;
}

/** A request in the harness's own terms. Dialects add what they need to know for the answer. */
export interface TurnRequest {
  /** The model as the client named it, or the default one. */
  model: string;
  /** One for each answer. */
  conversations: readonly Conversation[];
  options: Omit<TurnOptions, 'model' | 'client' | 'onStage' | 'enforcement' | 'buffered'>;
  stream: boolean;
  /** Fields that asked for something the harness cannot do and went without it; safe to put into a header. */
  ignored: readonly string[];
  /** Whether the answer is kept for later requests; absent: it is not. */
  store?: boolean;
  /** Whether the client gets its answer later, by asking for it. */
  background?: boolean;
  /** Whether it goes on from a stored response. */
  continues?: boolean;
  /** What it says of the response cache. */
  cache?: CacheFields | null | undefined;
}

/** An answer that is kept: everything of it but the response itself, which is complete only at the end. */
export interface KeptAnswer {
  id: string;
  /** In milliseconds since the epoch. */
  createdAt: number;
  inputItems: readonly object[];
  previousId?: string;
  /** The response as it stands, with all that is to be kept. */
  readonly response: object;
}

/** Makes the events of a stream from those of the turns. */
export interface StreamedAnswer {
  /** The events to send for a turn's next event; none when there is nothing to say. */
  push(event: TurnEvent, choice: number): readonly object[];
  /** The failure as the stream's last events. */
  fail(error: HarnessError): readonly object[];
  /** Present where answers can be kept. */
  readonly kept?: KeptAnswer;
}

/** Makes a whole answer from the events of the turns. */
export interface WholeAnswer {
  push(event: TurnEvent, choice: number): void;
  /** The answer, when all turns have ended. */
  body(): object;
  /** Present where answers can be kept. */
  readonly kept?: KeptAnswer;
}

/** An answer that is made while nobody waits for it. Each step gives the events for whoever follows it. */
export interface BackgroundAnswer {
  readonly kept: KeptAnswer;
  /** The answer as the client gets it now. */
  body(): object;
  queue(): readonly object[];
  push(event: TurnEvent): readonly object[];
  fail(error: HarnessError): readonly object[];
  cancel(): readonly object[];
}

/** A failure before anything was sent. */
export interface ErrorReply {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: object;
}

export type ToErrorReply = (error: HarnessError, context: ErrorContext) => ErrorReply;

/**
 * One way to ask for answers, as the clients of one API know it: pure translation, without HTTP, clock or process. The
 * table of endpoints gives each its routes, its 405, its errors and its place in the description of the API.
 */
export interface Endpoint<Request extends TurnRequest = TurnRequest> {
  /** Which API's clients ask here; a label of the metrics. */
  dialect: string;
  /** Such as `/v1/messages`; it is found under several bases. */
  path: string;
  frames: StreamFormat;
  /** Reads a parsed JSON body. Throws `INVALID_REQUEST` or `UNSUPPORTED_PARAMETER` with the field at fault. */
  parse(body: unknown, context: ParseContext): Request | Promise<Request>;
  stream(request: Request, context: AnswerContext): StreamedAnswer;
  whole(request: Request, context: AnswerContext): WholeAnswer;
  error: ToErrorReply;
  /** Present where requests can ask for an answer in the background. */
  background?(request: Request, context: AnswerContext): BackgroundAnswer;
  /** What the description of the API says of it; loaded when somebody asks. */
  describe(): Promise<EndpointDescription>;
}

/** The name under which the description refers to a schema (a zod type, unknown to this layer). */
export interface NamedSchema {
  name: string;
  schema: unknown;
}

/** The envelope of failures, and where in it stands what programs should look at. */
export interface ErrorsDescription {
  schema: NamedSchema;
  codeAt?: readonly string[];
}

export interface EndpointDescription {
  /** The operation's unique name, in camel case. */
  id: string;
  /** The heading under which it stands. */
  tag: string;
  summary: string;
  description?: string;
  parameters?: readonly object[];
  request: NamedSchema;
  examples: Readonly<Record<string, { summary: string; value: object }>>;
  answer: NamedSchema & { description: string };
  /** What each event of a stream may be. */
  events: readonly NamedSchema[];
  /** Further schemas that have names of their own. */
  parts?: readonly NamedSchema[];
  errors: ErrorsDescription;
  /** Whether requests can go on with a stored conversation. */
  continuesConversations?: boolean;
  /** Failures beyond those that every endpoint has, and those of them that this one has not. */
  failures?: { more?: readonly ErrorCode[]; never?: readonly ErrorCode[] };
}
