import type { z } from 'zod';
import type { CacheFields } from '../../core/cache.ts';
import type { Conversation } from '../../core/conversation.ts';
import type { TurnOptions } from '../../core/turn-options.ts';
import type * as answer from './answer-schema.ts';
import type * as model from './model-schema.ts';

/** A chat-completions request in the harness's own terms. */
export interface ChatRequest {
  conversation: Conversation;
  /** The model as the client named it. */
  model: string;
  options: Omit<TurnOptions, 'model' | 'onStage' | 'enforcement' | 'buffered'>;
  /** How many answers are asked for. */
  choices: number;
  /** Whether calls go back as the `function_call` that preceded `tool_calls`. */
  legacyFunctions: boolean;
  stream: boolean;
  includeUsage: boolean;
  /** What it says of the response cache. */
  cache: CacheFields | null | undefined;
  /** Fields that asked for something the harness cannot do and were ignored; safe to put into a header. */
  ignored: string[];
}

/** What the translation of an answer has to know about its request. */
export interface ChatAnswerOptions {
  /** One for the whole answer, such as `chatcmpl-1a2b`. */
  id: string;
  /** Seconds since the epoch. */
  created: number;
  choices: number;
  legacyFunctions: boolean;
  /** Whether structured output was asked for, so that declining goes into `refusal`. */
  hasOutput: boolean;
  /** Whether thinking is shown. */
  showReasoning: boolean;
}

export type ChatFinishReason = z.infer<typeof answer.finishReason>;
export type ChatUsage = z.infer<typeof answer.chatUsage>;
export type ChatFunctionCall = z.infer<typeof answer.functionCall>;
export type ChatAnnotation = z.infer<typeof answer.annotation>;
export type ChatToolCall = z.infer<typeof answer.toolCall>;
/** Reasoning has two names because clients read one or the other: the AI SDK and LangChain the first, others the second. */
export type ChatDelta = z.infer<typeof answer.chatDelta>;
export type ChatChunk = z.infer<typeof answer.chatChunk>;
export type ChatAnswer = z.infer<typeof answer.chatAnswer>;
export type ChatChoice = z.infer<typeof answer.chatChoice>;
export type ChatCompletion = z.infer<typeof answer.chatCompletion>;
export type TextChoice = z.infer<typeof answer.textChoice>;
/** A whole answer, or a piece of one: the old text API has one shape for both. */
export type TextCompletion = z.infer<typeof answer.textCompletion>;

export type ChatModel = z.infer<typeof model.chatModel>;
export type ChatModelList = z.infer<typeof model.chatModelList>;
export type LiteLlmModelList = z.infer<typeof model.liteLlmModelList>;
