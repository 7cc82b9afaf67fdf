import type { RecordedRequest } from './exchange.ts';
import type { WireUsage } from './message-events.ts';

export interface ToolUse {
  /** Made from the message id when absent. */
  id?: string;
  name: string;
  input: Record<string, unknown>;
}

/** A content block of any kind: as it starts, and the deltas that are added to it. */
export interface RawBlock {
  start: { type: string; [field: string]: unknown };
  deltas?: readonly { type: string; [field: string]: unknown }[];
}

/** An answer of the model: thinking, then text, then tool calls, each if given. */
export interface Answer {
  kind: 'answer';
  /** Split into deltas of about a word. `deltas` takes precedence over it, and it over `words`. */
  text?: string;
  /** Exact text deltas, read as the client consumes them. A generator may be endless; it serves one request. */
  deltas?: Iterable<string>;
  /** The number of generated deltas: `word0 `, `word1 `, … */
  words?: number;
  thinking?: string | readonly string[];
  /** If the CLI runs the tool itself, use a list of behaviours: with one for every request it would ask forever. */
  toolUses?: readonly ToolUse[];
  /** Sent as they are, in place of all others. */
  blocks?: readonly RawBlock[];
  /** Further fields of the message delta: in its `delta`, and beside it. */
  end?: { delta?: Readonly<Record<string, unknown>>; event?: Readonly<Record<string, unknown>> };
  /** By default `tool_use` if there are tool calls, else `end_turn`. */
  stopReason?: string;
  stopSequence?: string;
  /** The request's model by default. */
  model?: string;
  /** Overrides individual counts; `output_tokens` is the number of deltas by default. */
  usage?: WireUsage;
  /** Delay before the first delta of any kind; `message_start` is sent at once. */
  firstDeltaAfterMs?: number;
  /** Interval between deltas. 0, the default, is as fast as the client reads. */
  deltaEveryMs?: number;
  pingEveryMs?: number;
  /** Sent with the answer, such as those of `planHeaders`. */
  headers?: Record<string, string>;
  /**
   * Destroys the connection after this many text deltas, when the next would be due. The CLI may not have read the last
   * ones by then unless `deltaEveryMs` gives it time.
   */
  cutAfterDeltas?: number;
  /** Goes silent after this many text deltas and keeps the connection. */
  hangAfterDeltas?: number;
  /** Ends the stream with an `error` event after this many text deltas. */
  errorAfterDeltas?: number;
  /** What `errorAfterDeltas` sends; `overloaded_error` by default. */
  streamError?: { type: string; message: string };
}

/** An answer with an HTTP error status; `apiErrors` creates the usual ones. */
export interface ErrorAnswer {
  kind: 'error';
  status: number;
  /** The API's own type for the status by default. */
  errorType?: string;
  message?: string;
  headers?: Record<string, string>;
}

export type Behaviour =
  | Answer
  | ErrorAnswer
  /** Takes the request and never answers. */
  | { kind: 'hang' }
  /** Takes the request and closes the connection without a byte. For a refused connection, stop the stand-in. */
  | { kind: 'close-connection' };

/**
 * One behaviour for every request; or a list with one per request, whose last one repeats; or a function, whose `index`
 * counts the requests since it was set. A promise delays the answer until it settles.
 */
export type BehaviourSource =
  Behaviour | readonly Behaviour[] | ((request: RecordedRequest, index: number) => Behaviour | Promise<Behaviour>);

type ChooseBehaviour = (request: RecordedRequest) => Behaviour | Promise<Behaviour>;

/** Turns a source into a choice per request, counting from the first. Throws `RangeError` for an empty list. */
export function createChoice(source: BehaviourSource): ChooseBehaviour {
  let index = 0;
  if (typeof source === 'function') return (request) => source(request, index++);
  if (!isList(source)) return () => source;
  const last = source.at(-1);
  if (last === undefined) throw new RangeError('A list of behaviours needs at least one.');
  return () => source[index++] ?? last;
}

function isList(source: Behaviour | readonly Behaviour[]): source is readonly Behaviour[] {
  return Array.isArray(source);
}
