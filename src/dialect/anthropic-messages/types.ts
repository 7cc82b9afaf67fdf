import type { Conversation } from '../../core/conversation.ts';
import type { TurnOptions } from '../../core/run-turn.ts';

/** A Messages request in the harness's own terms. */
export interface MessagesRequest {
  conversation: Conversation;
  /** The model as the client named it. */
  model: string;
  options: Omit<TurnOptions, 'model' | 'onStage' | 'enforcement' | 'replaceable'>;
  stream: boolean;
  /** Fields that asked for something the harness cannot do and went without it; safe to put into a header. */
  ignored: string[];
}

/** A request for the count of a prompt. */
export interface CountRequest {
  conversation: Conversation;
  model: string;
  options: Omit<TurnOptions, 'model'>;
}

/** What the translation of an answer has to know of its request. */
export interface MessageOptions {
  /** The answer's own, such as `msg_1a2b`. */
  id: string;
  /** Whether thinking is shown. */
  showReasoning: boolean;
}

/** How a whole message says why it ended; also the reasons of the API's that the harness never gives. */
export type WireStopReason =
  'end_turn' | 'max_tokens' | 'model_context_window_exceeded' | 'stop_sequence' | 'tool_use' | 'refusal';

export interface WireUsage {
  input_tokens: number;
  cache_creation_input_tokens: number;
  cache_read_input_tokens: number;
  output_tokens: number;
  /** Where the API tells how much of the output was thinking. */
  output_tokens_details?: { thinking_tokens: number };
}

export type WireBlock =
  | { type: 'text'; text: string; citations?: object[] }
  | { type: 'thinking'; thinking: string; signature: string }
  | { type: 'redacted_thinking'; data: string }
  | { type: 'tool_use'; id: string; name: string; input: object };

export type WireDelta =
  | { type: 'text_delta'; text: string }
  | { type: 'citations_delta'; citation: object }
  | { type: 'thinking_delta'; thinking: string }
  | { type: 'signature_delta'; signature: string }
  | { type: 'input_json_delta'; partial_json: string };

/** The answer to `POST /v1/messages`; in `message_start` without content, reason and final counts. */
export interface WireMessage {
  id: string;
  type: 'message';
  role: 'assistant';
  model: string;
  content: WireBlock[];
  stop_reason: WireStopReason | null;
  stop_sequence: string | null;
  /** More about a refusal, which the CLI does not tell. */
  stop_details: null;
  container: null;
  usage: WireUsage;
}

/** The events of a streamed answer; each goes out under its type as the event's name. */
export type WireEvent =
  | { type: 'message_start'; message: WireMessage }
  | { type: 'ping' }
  | { type: 'content_block_start'; index: number; content_block: WireBlock }
  | { type: 'content_block_delta'; index: number; delta: WireDelta }
  | { type: 'content_block_stop'; index: number }
  | {
      type: 'message_delta';
      delta: { stop_reason: WireStopReason; stop_sequence: string | null };
      usage: WireUsage;
    }
  | { type: 'message_stop' };

export interface WireError {
  type: 'error';
  error: {
    type: string;
    message: string;
    /** The harness's own name for what happened, more exact than the type. */
    details: { error_code: string };
  };
  request_id: string;
}

export interface WireModel {
  type: 'model';
  id: string;
  display_name: string;
  created_at: string;
  /** In tokens; null where nobody has told. */
  max_input_tokens: number | null;
  max_tokens: number | null;
}

export interface WireModelList {
  data: WireModel[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
}
