import type { z } from 'zod';
import * as messages from '../../dialect/anthropic-messages/answer-schema.ts';
import * as messageModels from '../../dialect/anthropic-messages/model-schema.ts';
import { countBody, messagesBody } from '../../dialect/anthropic-messages/request-schema.ts';
import * as chat from '../../dialect/openai-chat/answer-schema.ts';
import * as models from '../../dialect/openai-chat/model-schema.ts';
import { chatBody } from '../../dialect/openai-chat/request-schema.ts';
import { textBody } from '../../dialect/openai-chat/text-request.ts';
import { wireEvent as responseEvent } from '../../dialect/openai-responses/event-schema.ts';
import { outputItem } from '../../dialect/openai-responses/output-schema.ts';
import { responsesBody } from '../../dialect/openai-responses/request-schema.ts';
import * as responses from '../../dialect/openai-responses/response-schema.ts';
import { openAiError } from '../../dialect/openai-shared/error-schema.ts';
import * as health from '../routes/health-schema.ts';
import { toComponents, type JsonSchema } from './json-schema.ts';

const requests = {
  ChatCompletionRequest: chatBody,
  TextCompletionRequest: textBody,
  ResponseRequest: responsesBody,
  MessageRequest: messagesBody,
  CountTokensRequest: countBody,
} satisfies Record<string, z.ZodType>;

const answers = {
  ChatCompletion: chat.chatCompletion,
  ChatCompletionChunk: chat.chatChunk,
  ChatUsage: chat.chatUsage,
  TextCompletion: chat.textCompletion,
  Response: responses.wireResponse,
  ResponseItem: outputItem,
  ResponseEvent: responseEvent,
  DeletedResponse: responses.deletedResponse,
  ItemPage: responses.itemPage,
  Message: messages.wireMessage,
  MessageEvent: messages.wireEvent,
  TokenCount: messages.tokenCount,
  Model: models.chatModel,
  DetailedModel: models.detailedModel,
  ModelList: models.chatModelList,
  AnthropicModel: messageModels.wireModel,
  AnthropicModelList: messageModels.wireModelList,
  OpenAiError: openAiError,
  AnthropicError: messages.wireError,
  Alive: health.alive,
  Health: health.fullHealth,
  DirectHealth: health.directHealth,
  Ready: health.ready,
  NotReady: health.notReady,
  CliStatus: health.cliStatus,
  DirectStatus: health.directStatus,
} satisfies Record<string, z.ZodType>;

export type SchemaName = keyof typeof requests | keyof typeof answers;

/** Every schema that operations refer to by name. */
export function componentSchemas(): Record<string, JsonSchema> {
  return { ...toComponents(requests, 'input'), ...toComponents(answers, 'output') };
}

export function schemaRef(name: SchemaName): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}
