import type { Conversation } from '../../core/conversation.ts';
import type { Effort } from '../../core/run-turn.ts';

/** A chat-completions request in the harness's own terms. */
export interface ChatRequest {
  conversation: Conversation;
  /** The model as the client named it. */
  model: string;
  maxTokens?: number;
  effort?: Effort;
  stream: boolean;
  includeUsage: boolean;
  /** Fields that asked for something the harness cannot do and went without it; safe to put into a header. */
  ignored: string[];
}

export type ChatFinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

export interface ChatUsage {
  /** The whole prompt, cache reads and writes included. */
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_tokens_details: { cached_tokens: number };
  completion_tokens_details: { reasoning_tokens: number };
}

/** Reasoning has two names because clients read one or the other: the AI SDK and LangChain the first, others the second. */
export interface ChatDelta {
  role?: 'assistant';
  content?: string;
  reasoning_content?: string;
  reasoning?: string;
}

export interface ChatChunk {
  id: string;
  object: 'chat.completion.chunk';
  created: number;
  model: string;
  /** Empty in the usage chunk only. */
  choices: { index: 0; delta: ChatDelta; finish_reason: ChatFinishReason | null }[];
  usage?: ChatUsage;
}

export interface ChatAnswer {
  role: 'assistant';
  content: string;
  refusal: null;
  reasoning_content?: string;
  reasoning?: string;
}

export interface ChatCompletion {
  id: string;
  object: 'chat.completion';
  created: number;
  model: string;
  choices: [{ index: 0; message: ChatAnswer; logprobs: null; finish_reason: ChatFinishReason }];
  usage: ChatUsage;
}

export interface ChatErrorBody {
  error: { message: string; type: string; param: string | null; code: string };
}

export interface ChatModel {
  id: string;
  object: 'model';
  created: number;
  owned_by: string;
}

export interface ChatModelList {
  object: 'list';
  data: ChatModel[];
}
