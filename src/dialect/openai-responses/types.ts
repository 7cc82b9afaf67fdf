/** What a response repeats of its request. */
export interface ResponseEcho {
  background: boolean;
  instructions: string | null;
  max_output_tokens: number | null;
  metadata: Readonly<Record<string, string>>;
  parallel_tool_calls: boolean;
  previous_response_id: string | null;
  reasoning: { effort: string | null; summary: string | null };
  store: boolean;
  text: { format: object };
  /** As the client sent it. */
  tool_choice: unknown;
  /** As the client sent them. */
  tools: readonly unknown[];
}

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

export interface OutputTextPart {
  type: 'output_text';
  text: string;
  annotations: [];
  logprobs: [];
}

export interface RefusalPart {
  type: 'refusal';
  refusal: string;
}

export type WirePart = OutputTextPart | RefusalPart;

export interface WireMessage {
  id: string;
  type: 'message';
  status: ItemStatus;
  role: 'assistant';
  content: WirePart[];
}

export interface WireCall {
  id: string;
  type: 'function_call';
  status: ItemStatus;
  /** The API's id of the call. */
  call_id: string;
  name: string;
  /** A JSON object. */
  arguments: string;
}

export interface SummaryPart {
  type: 'summary_text';
  text: string;
}

export interface WireReasoning {
  id: string;
  type: 'reasoning';
  status: ItemStatus;
  summary: SummaryPart[];
  /** The thinking for a later request; see `sealThought`. Absent where none was signed, or the client has no use for it. */
  encrypted_content?: string;
}

export type WireItem = WireMessage | WireCall | WireReasoning;

export interface ResponseUsage {
  /** The whole prompt, cache reads and writes included. */
  input_tokens: number;
  input_tokens_details: { cached_tokens: number; cache_write_tokens: number };
  output_tokens: number;
  output_tokens_details: { reasoning_tokens: number };
  total_tokens: number;
}

export type ResponseStatus = 'queued' | 'in_progress' | 'completed' | 'incomplete' | 'failed' | 'cancelled';

export interface WireResponse extends ResponseEcho {
  id: string;
  object: 'response';
  /** Seconds since the epoch. */
  created_at: number;
  completed_at: number | null;
  status: ResponseStatus;
  error: { code: string; message: string } | null;
  incomplete_details: { reason: 'max_output_tokens' | 'content_filter' } | null;
  model: string;
  output: WireItem[];
  usage: ResponseUsage | null;
  /** Nothing can be set here, so nothing is claimed. */
  temperature: null;
  top_p: null;
  max_tool_calls: null;
  top_logprobs: 0;
  service_tier: 'default';
  truncation: 'disabled';
}

/** The place of an event's item, and of its part. */
interface InItem {
  item_id: string;
  output_index: number;
}
interface InPart extends InItem {
  content_index: number;
}
interface InSummary extends InItem {
  summary_index: number;
}

export type LifecycleEvent = {
  type: `response.${'created' | 'queued' | 'in_progress' | 'completed' | 'incomplete' | 'failed'}`;
  response: WireResponse;
};

/** An event without its number. */
export type EventBody =
  | LifecycleEvent
  | { type: 'response.output_item.added' | 'response.output_item.done'; output_index: number; item: WireItem }
  | ({ type: 'response.content_part.added' | 'response.content_part.done'; part: WirePart } & InPart)
  | ({ type: 'response.output_text.delta'; delta: string; logprobs: [] } & InPart)
  | ({ type: 'response.output_text.done'; text: string; logprobs: [] } & InPart)
  | ({ type: 'response.refusal.delta'; delta: string } & InPart)
  | ({ type: 'response.refusal.done'; refusal: string } & InPart)
  | ({ type: 'response.function_call_arguments.delta'; delta: string } & InItem)
  | ({ type: 'response.function_call_arguments.done'; name: string; arguments: string } & InItem)
  | ({
      type: 'response.reasoning_summary_part.added' | 'response.reasoning_summary_part.done';
      part: SummaryPart;
    } & InSummary)
  | ({ type: 'response.reasoning_summary_text.delta'; delta: string } & InSummary)
  | ({ type: 'response.reasoning_summary_text.done'; text: string } & InSummary)
  | {
      type: 'error';
      code: string;
      message: string;
      param: string | null;
      /** What OpenAI's clients throw by; they take an event without it for any other. */
      error: { type: string; code: string; message: string; param: string | null };
    };

export type WireEvent = EventBody & { sequence_number: number };
