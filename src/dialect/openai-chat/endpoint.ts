import type { AnswerContext, Endpoint, TurnRequest } from '../../core/endpoint.ts';
import { openAiErrorBody, openAiErrorReply } from '../openai-shared/errors.ts';
import { unnamedEvents } from '../openai-shared/stream-format.ts';
import { fromChatRequest } from './request.ts';
import { createChatCollector } from './response.ts';
import { createChatStream } from './stream.ts';
import type { ChatAnswerOptions, ChatRequest } from './types.ts';

type Request = TurnRequest & Omit<ChatRequest, 'conversation'>;

/** `POST /v1/chat/completions`. */
export const chatCompletions: Endpoint<Request> = {
  dialect: 'openai',
  path: '/v1/chat/completions',
  frames: unnamedEvents,
  parse(body, { settings, earlier }) {
    const { conversation, ...request } = fromChatRequest(body, settings, earlier);
    return { ...request, conversations: Array.from({ length: request.choices }, () => conversation) };
  },
  stream(request, context) {
    const { push } = createChatStream({ ...answerOf(request, context), includeUsage: request.includeUsage });
    return { push, fail: (error) => [openAiErrorBody(error)] };
  },
  whole(request, context) {
    const { push, completion } = createChatCollector(answerOf(request, context));
    return { push, body: completion };
  },
  error: openAiErrorReply,
  describe: async () => (await import('./description.ts')).chatDescription,
};

function answerOf({ choices, legacyFunctions, options }: Request, context: AnswerContext): ChatAnswerOptions {
  return {
    id: `chatcmpl-${context.newId()}`,
    created: Math.floor(context.now() / 1000),
    choices,
    legacyFunctions,
    hasOutput: options.output !== undefined,
    showReasoning: context.settings.showReasoning,
  };
}
