import type { z } from 'zod';
import type { CacheFields } from '../../core/cache.ts';
import type { Conversation } from '../../core/conversation.ts';
import type { TurnOptions } from '../../core/turn-options.ts';
import type * as answer from './answer-schema.ts';
import type * as model from './model-schema.ts';

/** A Messages request in the harness's own terms. */
export interface MessagesRequest {
  conversation: Conversation;
  /** The model as the client named it. */
  model: string;
  options: Omit<TurnOptions, 'model' | 'onStage' | 'enforcement' | 'buffered'>;
  stream: boolean;
  /** What it says of the response cache. */
  cache: CacheFields | null | undefined;
  /** Fields that asked for something the harness cannot do and were ignored; safe to put into a header. */
  ignored: string[];
}

/** A request for the count of a prompt. */
export interface CountRequest {
  conversation: Conversation;
  model: string;
  options: Omit<TurnOptions, 'model'>;
}

/** What the translation of an answer has to know about its request. */
export interface MessageOptions {
  /** The answer's own, such as `msg_1a2b`. */
  id: string;
  /** Whether thinking is shown. */
  showReasoning: boolean;
}

export type WireUsage = z.infer<typeof answer.wireUsage>;
export type WireBlock = z.infer<typeof answer.wireBlock>;
export type WireDelta = z.infer<typeof answer.wireDelta>;
/** The answer to `POST /v1/messages`; in `message_start` without content, reason and final counts. */
export type WireMessage = z.infer<typeof answer.wireMessage>;
/** The events of a streamed answer; each goes out under its type as the event's name. */
export type WireEvent = z.infer<typeof answer.wireEvent>;
export type WireError = z.infer<typeof answer.wireError>;

export type WireModel = z.infer<typeof model.wireModel>;
export type WireModelList = z.infer<typeof model.wireModelList>;
