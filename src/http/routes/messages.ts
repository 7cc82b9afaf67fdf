import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import { toErrorEvent } from '../../dialect/anthropic-messages/errors.ts';
import { fromMessagesRequest } from '../../dialect/anthropic-messages/request.ts';
import { MessageCollector } from '../../dialect/anthropic-messages/response.ts';
import { MessageStream } from '../../dialect/anthropic-messages/stream.ts';
import { recordOf } from '../../exchange/record.ts';
import { serveAnswer, type ServeOptions, type StreamForm, type WholeForm } from '../serve-answer.ts';
import { namedEvents } from '../stream-format.ts';

export interface MessagesOptions extends ServeOptions {
  unsupportedParams: 'ignore' | 'reject';
  showReasoning: boolean;
}

/** `POST /v1/messages`. */
export function messages(options: MessagesOptions): RequestHandler {
  const { showReasoning } = options;
  return async (req, res) => {
    const { conversation, stream, ...request } = fromMessagesRequest(req.body, options);
    const answer = { id: `msg_${randomUUID().replaceAll('-', '')}`, showReasoning };
    const form = stream ? streamOf(answer, recordOf(res).requestId) : wholeOf(answer);
    await serveAnswer({ ...request, conversations: [conversation], form }, res, options);
  };
}

type Answer = ConstructorParameters<typeof MessageStream>[0];

function streamOf(answer: Answer, requestId: string): StreamForm {
  const events = new MessageStream(answer);
  return {
    stream: true,
    format: namedEvents,
    push: (event) => events.push(event),
    toErrorEvents: (error) => [toErrorEvent(error, requestId)],
  };
}

function wholeOf(answer: Answer): WholeForm {
  const collector = new MessageCollector(answer);
  return {
    stream: false,
    push: (event) => {
      collector.push(event);
    },
    toBody: () => collector.message(),
  };
}
