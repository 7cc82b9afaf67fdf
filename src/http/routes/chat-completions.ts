import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import { openAiErrorBody } from '../../dialect/openai-shared/errors.ts';
import { fromChatRequest } from '../../dialect/openai-chat/request.ts';
import { createChatCollector } from '../../dialect/openai-chat/response.ts';
import { createChatStream } from '../../dialect/openai-chat/stream.ts';
import type { ChatRequest } from '../../dialect/openai-chat/types.ts';
import { serveAnswer, type ServeOptions, type StreamForm, type WholeForm } from '../serve-answer.ts';

export interface ChatCompletionsOptions extends ServeOptions {
  unsupportedParams: 'ignore' | 'reject';
  maxChoices: number;
  showReasoning: boolean;
}

/** `POST /v1/chat/completions`. */
export function chatCompletions(options: ChatCompletionsOptions): RequestHandler {
  return async (req, res) => {
    const chat = fromChatRequest(req.body, options);
    const { conversation, choices, model, ignored } = chat;
    const conversations = Array.from({ length: choices }, () => conversation);
    const form = formOf(chat, options.showReasoning);
    await serveAnswer({ model, conversations, options: chat.options, ignored, form }, res, options);
  };
}

function formOf(chat: ChatRequest, showReasoning: boolean): StreamForm | WholeForm {
  const { choices, legacyFunctions, includeUsage } = chat;
  const answer = {
    id: `chatcmpl-${randomUUID()}`,
    created: Math.floor(Date.now() / 1000),
    choices,
    legacyFunctions,
    hasOutput: chat.options.output !== undefined,
    showReasoning,
  };
  if (chat.stream) {
    const { push } = createChatStream({ ...answer, includeUsage });
    return { stream: true, push, toErrorEvents: (error) => [openAiErrorBody(error)] };
  }
  const collector = createChatCollector(answer);
  return { stream: false, push: collector.push, toBody: collector.completion };
}
