import type { AnswerContext, Endpoint } from '../../core/endpoint.ts';
import { readBetas } from './betas.ts';
import { messagesErrorReply, toErrorEvent } from './errors.ts';
import { fromMessagesRequest } from './request.ts';
import { MessageCollector } from './response.ts';
import { MessageStream } from './stream.ts';
import { namedEvents } from './stream-format.ts';
import type { MessageOptions } from './types.ts';

/** `POST /v1/messages`. */
export const messages: Endpoint = {
  dialect: 'anthropic',
  path: '/v1/messages',
  frames: namedEvents,
  parse(body, { settings, header, earlier }) {
    const { conversation, options, ...request } = fromMessagesRequest(body, settings, earlier);
    const betas = readBetas(header?.('anthropic-beta'));
    return { ...request, options: { ...options, ...betas }, conversations: [conversation] };
  },
  stream(_request, context) {
    const events = new MessageStream(answerOf(context));
    return {
      push: (event) => events.push(event),
      fail: (error) => [toErrorEvent(error, context.requestId)],
    };
  },
  whole(_request, context) {
    const collector = new MessageCollector(answerOf(context));
    return {
      push: (event) => {
        collector.push(event);
      },
      body: () => collector.message(),
    };
  },
  error: messagesErrorReply,
  describe: async () => (await import('./description.ts')).messagesDescription,
};

function answerOf({ newId, settings }: AnswerContext): MessageOptions {
  return { id: `msg_${newId()}`, showReasoning: settings.showReasoning };
}
