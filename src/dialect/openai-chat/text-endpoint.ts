import { sessionHeader } from '../../core/session-header.ts';
import type { AnswerContext, Endpoint, TurnRequest } from '../../core/endpoint.ts';
import { openAiErrorBody, openAiErrorReply } from '../openai-shared/errors.ts';
import { invalidRequest } from '../openai-shared/invalid-request.ts';
import { unnamedEvents } from '../openai-shared/stream-format.ts';
import { createChatCollector } from './response.ts';
import { createChatStream } from './stream.ts';
import { fromTextRequest, type TextRequest } from './text-request.ts';
import { toTextCompletion, toTextPieces } from './text-response.ts';
import type { ChatAnswerOptions } from './types.ts';

/** `POST /v1/completions`, the text API that came before chats. */
export const completions: Endpoint<TurnRequest & TextRequest> = {
  dialect: 'openai',
  path: '/v1/completions',
  frames: unnamedEvents,
  parse(body, { settings, earlier }) {
    if (earlier !== undefined) throw invalidRequest(sessionHeader, 'is not served here; use /v1/chat/completions.');
    return fromTextRequest(body, settings);
  },
  stream(request, context) {
    const { push } = createChatStream({ ...answerOf(request, context), includeUsage: request.includeUsage });
    return {
      push: (event, choice) => push(event, choice).flatMap(toTextPieces),
      fail: (error) => [openAiErrorBody(error)],
    };
  },
  whole(request, context) {
    const { push, completion } = createChatCollector(answerOf(request, context));
    return { push, body: () => toTextCompletion(completion()) };
  },
  error: openAiErrorReply,
  describe: async () => (await import('./description.ts')).textDescription,
};

function answerOf({ conversations }: TextRequest, context: AnswerContext): ChatAnswerOptions {
  return {
    id: `cmpl-${context.newId()}`,
    created: Math.floor(context.now() / 1000),
    choices: conversations.length,
    legacyFunctions: false,
    hasOutput: false,
    showReasoning: false,
  };
}
