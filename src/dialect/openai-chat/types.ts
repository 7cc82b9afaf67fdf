import type { Conversation } from '../../core/conversation.ts';
import type { TurnOptions } from '../../core/run-turn.ts';

/** A chat-completions request in the harness's own terms. */
export interface ChatRequest {
  conversation: Conversation;
  /** The model as the client named it. */
  model: string;
  options: Omit<TurnOptions, 'model' | 'onStage' | 'enforcement' | 'replaceable'>;
  /** How many answers are asked for. */
  choices: number;
  /** Whether calls go back as the `function_call` that preceded `tool_calls`. */
  legacyFunctions: boolean;
  stream: boolean;
  includeUsage: boolean;
  /** Fields that asked for something the harness cannot do and went without it; safe to put into a header. */
  ignored: string[];
}

/** What the translation of an answer has to know of its request. */
export interface ChatAnswerOptions {
  /** One for the whole answer, such as `chatcmpl-1a2b`. */
  id: string;
  /** Seconds since the epoch. */
  created: number;
  choices: number;
  legacyFunctions: boolean;
  /** Whether the answer was to have a form, so that declining goes into `refusal`. */
  hasOutput: boolean;
  /** Whether thinking is shown. */
  showReasoning: boolean;
}

export type ChatFinishReason = 'stop' | 'length' | 'tool_calls' | 'function_call' | 'content_filter';

export interface ChatUsage {
  /** The whole prompt, cache reads and writes included. */
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_tokens_details: { cached_tokens: number };
  completion_tokens_details: { reasoning_tokens: number };
}

export interface ChatFunctionCall {
  name: string;
  /** A JSON object. */
  arguments: string;
}

export interface ChatToolCall {
  id: string;
  type: 'function';
  function: ChatFunctionCall;
}

/** The first delta of a call has everything but arguments, the others only pieces of them. */
export interface ChatToolCallDelta {
  index: number;
  id?: string;
  type?: 'function';
  function: Partial<ChatFunctionCall>;
}

/** Reasoning has two names because clients read one or the other: the AI SDK and LangChain the first, others the second. */
export interface ChatDelta {
  role?: 'assistant';
  content?: string;
  refusal?: string;
  reasoning_content?: string;
  reasoning?: string;
  tool_calls?: [ChatToolCallDelta];
  function_call?: Partial<ChatFunctionCall>;
}

export interface ChatChunk {
  id: string;
  object: 'chat.completion.chunk';
  created: number;
  model: string;
  /** Empty in the usage chunk only. */
  choices: { index: number; delta: ChatDelta; finish_reason: ChatFinishReason | null }[];
  usage?: ChatUsage;
}

export interface ChatAnswer {
  role: 'assistant';
  /** Null where there is none beside calls or a refusal. */
  content: string | null;
  refusal: string | null;
  reasoning_content?: string;
  reasoning?: string;
  tool_calls?: ChatToolCall[];
  function_call?: ChatFunctionCall;
}

export interface ChatChoice {
  index: number;
  message: ChatAnswer;
  logprobs: null;
  finish_reason: ChatFinishReason;
}

export interface ChatCompletion {
  id: string;
  object: 'chat.completion';
  created: number;
  model: string;
  choices: ChatChoice[];
  usage: ChatUsage;
}

export interface ChatModel {
  id: string;
  object: 'model';
  created: number;
  owned_by: string;
}

/** What a model can do; null where nobody has told. */
export interface ModelAbilities {
  resolved_model: string | null;
  display_name: string | null;
  /** In tokens. */
  context_window: number | null;
  max_output_tokens: number | null;
  vision: boolean;
  tools: boolean;
  /** Values of `reasoning_effort`. */
  effort_levels: readonly string[];
}

export interface ChatModelList {
  object: 'list';
  data: ChatModel[];
}
