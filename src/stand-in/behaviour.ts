import type { RecordedRequest } from './exchange.ts';
import type { WireUsage } from './message-events.ts';

export interface ToolUse {
  /** Made from the message id when absent. */
  id?: string;
  name: string;
  input: Record<string, unknown>;
}

/** An answer of the model: thinking first, then text, then tool calls, whichever are given. */
export interface Answer {
  kind: 'answer';
  /** Split into deltas of about a word. `deltas` outranks it, and it outranks `words`. */
  text?: string;
  /** Exact text deltas. Read one by one as the client takes them, so a generator may be endless; it serves one request. */
  deltas?: Iterable<string>;
  /** So many generated deltas: `word0 `, `word1 `, ... */
  words?: number;
  thinking?: string | readonly string[];
  /** As the one behaviour for every request, a call of a tool that the CLI runs itself makes it ask for ever: use a list. */
  toolUses?: readonly ToolUse[];
  /** `tool_use` by default where there are tool calls, else `end_turn`. */
  stopReason?: string;
  stopSequence?: string;
  /** The request's model by default. */
  model?: string;
  /** Replaces single counts; `output_tokens` is the number of deltas by default. */
  usage?: WireUsage;
  /** Wait before the first delta of any kind; `message_start` goes out at once. */
  firstDeltaAfterMs?: number;
  /** Distance between deltas. 0, the default, is as fast as the client reads. */
  deltaEveryMs?: number;
  pingEveryMs?: number;
  /** Sent with the answer, such as those of `planHeaders`. */
  headers?: Record<string, string>;
  /**
   * Destroys the connection after so many text deltas, when the next would be due. The CLI may not have read the last
   * ones by then unless `deltaEveryMs` gives it time.
   */
  cutAfterDeltas?: number;
  /** Goes silent after so many text deltas and keeps the connection. */
  hangAfterDeltas?: number;
  /** Ends the stream with an `error` event after so many text deltas. */
  errorAfterDeltas?: number;
  /** What `errorAfterDeltas` sends; `overloaded_error` by default. */
  streamError?: { type: string; message: string };
}

/** An answer with an HTTP error status; `apiErrors` has the usual ones ready. */
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
 * One behaviour for every request; or a list used up request by request, its last one staying; or a function, whose
 * `index` counts the requests since it was set. A promise holds the answer back until it settles.
 */
export type BehaviourSource =
  Behaviour | readonly Behaviour[] | ((request: RecordedRequest, index: number) => Behaviour | Promise<Behaviour>);

export type ChooseBehaviour = (request: RecordedRequest) => Behaviour | Promise<Behaviour>;

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
