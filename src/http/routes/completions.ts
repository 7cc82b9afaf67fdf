import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import { openAiErrorBody } from '../../dialect/openai-shared/errors.ts';
import { createChatCollector } from '../../dialect/openai-chat/response.ts';
import { createChatStream } from '../../dialect/openai-chat/stream.ts';
import { fromTextRequest, type TextRequest } from '../../dialect/openai-chat/text-request.ts';
import { toTextCompletion, toTextPieces } from '../../dialect/openai-chat/text-response.ts';
import { serveAnswer, type ServeOptions, type StreamForm, type WholeForm } from '../serve-answer.ts';

export interface CompletionsOptions extends ServeOptions {
  unsupportedParams: 'ignore' | 'reject';
  maxChoices: number;
}

/** `POST /v1/completions`, the text API that came before chats. */
export function completions(options: CompletionsOptions): RequestHandler {
  return async (req, res) => {
    const request = fromTextRequest(req.body, options);
    await serveAnswer({ ...request, form: formOf(request) }, res, options);
  };
}

function formOf({ conversations, stream, includeUsage }: TextRequest): StreamForm | WholeForm {
  const answer = {
    id: `cmpl-${randomUUID()}`,
    created: Math.floor(Date.now() / 1000),
    choices: conversations.length,
    legacyFunctions: false,
    hasOutput: false,
    showReasoning: false,
  };
  if (stream) {
    const { push } = createChatStream({ ...answer, includeUsage });
    return {
      stream: true,
      push: (event, choice) => push(event, choice).flatMap(toTextPieces),
      toErrorEvents: (error) => [openAiErrorBody(error)],
    };
  }
  const collector = createChatCollector(answer);
  return { stream: false, push: collector.push, toBody: () => toTextCompletion(collector.completion()) };
}
