import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import { toHarnessError } from '../../core/errors.ts';
import type { RunTurn } from '../../core/run-turn.ts';
import type { TurnEvent } from '../../core/turn-event.ts';
import { chatErrorFrame } from '../../dialect/openai-chat/errors.ts';
import { fromChatRequest } from '../../dialect/openai-chat/request.ts';
import { createChatCollector } from '../../dialect/openai-chat/response.ts';
import { createChatStream } from '../../dialect/openai-chat/stream.ts';
import type { ChatRequest } from '../../dialect/openai-chat/types.ts';
import type { ActiveRequests } from '../active-requests.ts';
import { EventStream } from '../event-stream.ts';
import { noteEvent, noteRead, noteStage, recordOf } from '../request-record.ts';

export interface ChatCompletionsOptions {
  runTurn: RunTurn;
  active: ActiveRequests;
  unsupportedParams: 'ignore' | 'reject';
  silenceMs: number;
}

/** `POST /v1/chat/completions`. */
export function chatCompletions(options: ChatCompletionsOptions): RequestHandler {
  return async (req, res) => {
    const chat = fromChatRequest(req.body, { unsupportedParams: options.unsupportedParams });
    noteRead(recordOf(res), chat.model);
    if (chat.ignored.length > 0) res.setHeader('x-claude-harness-ignored', chat.ignored.join(', '));
    const events = runTurn(chat, res, options);
    const answer = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000) };
    if (chat.stream) await streamAnswer(events, res, { ...answer, includeUsage: chat.includeUsage }, options.silenceMs);
    else await sendAnswer(events, res, answer);
  };
}

async function* runTurn(
  { conversation, model, maxTokens, effort }: ChatRequest,
  res: Response,
  options: ChatCompletionsOptions,
): AsyncGenerator<TurnEvent> {
  const record = recordOf(res);
  const turn = {
    model,
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(effort === undefined ? {} : { effort }),
    onStage: noteStage.bind(undefined, record),
  };
  for await (const event of options.runTurn(conversation, turn, options.active.track(res))) {
    noteEvent(record, event);
    yield event;
  }
}

async function sendAnswer(
  events: AsyncIterable<TurnEvent>,
  res: Response,
  answer: { id: string; created: number },
): Promise<void> {
  const collector = createChatCollector(answer);
  for await (const event of events) collector.push(event);
  res.json(collector.completion());
}

async function streamAnswer(
  events: AsyncIterable<TurnEvent>,
  res: Response,
  answer: { id: string; created: number; includeUsage: boolean },
  silenceMs: number,
): Promise<void> {
  const stream = new EventStream(res, { silenceMs });
  const chunks = createChatStream(answer);
  try {
    for await (const event of events) await stream.send(chunks.push(event));
    await stream.done();
  } catch (reason) {
    // Before the first byte the failure still gets its own status, from the error handler.
    if (!stream.opened) throw reason;
    const error = toHarnessError(reason);
    recordOf(res).error = error;
    await stream.send([chatErrorFrame(error)]);
  } finally {
    stream.close();
  }
}
