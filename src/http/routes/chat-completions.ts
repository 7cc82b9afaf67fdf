import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import { toHarnessError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { RunTurn } from '../../core/run-turn.ts';
import type { TurnEvent } from '../../core/turn-event.ts';
import { chatErrorFrame } from '../../dialect/openai-chat/errors.ts';
import { fromChatRequest } from '../../dialect/openai-chat/request.ts';
import { createChatCollector } from '../../dialect/openai-chat/response.ts';
import { createChatStream } from '../../dialect/openai-chat/stream.ts';
import type { ChatAnswerOptions, ChatRequest } from '../../dialect/openai-chat/types.ts';
import type { ActiveRequests } from '../active-requests.ts';
import { EventStream } from '../event-stream.ts';
import { noteEvent, noteRead, noteStage, recordOf } from '../request-record.ts';
import { runChoices, type ChoicesOptions } from '../run-choices.ts';
import { warn } from '../warning-header.ts';

export interface ChatCompletionsOptions {
  runTurn: RunTurn;
  active: ActiveRequests;
  log: Logger;
  unsupportedParams: 'ignore' | 'reject';
  maxChoices: number;
  showReasoning: boolean;
  silenceMs: number;
}

/** `POST /v1/chat/completions`. */
export function chatCompletions(options: ChatCompletionsOptions): RequestHandler {
  return async (req, res) => {
    const chat = fromChatRequest(req.body, options);
    noteRead(recordOf(res), chat.model);
    if (chat.ignored.length > 0) res.setHeader('x-claude-harness-ignored', chat.ignored.join(', '));
    const turns = { count: chat.choices, run: turnsOf(chat, res, options) };
    const answer = {
      id: `chatcmpl-${randomUUID()}`,
      created: Math.floor(Date.now() / 1000),
      choices: chat.choices,
      legacyFunctions: chat.legacyFunctions,
      hasOutput: chat.options.output !== undefined,
      showReasoning: options.showReasoning,
    };
    if (chat.stream) await streamAnswer(turns, res, { ...answer, includeUsage: chat.includeUsage }, options.silenceMs);
    else await sendAnswer(turns, res, answer);
  };
}

type Turns = Omit<ChoicesOptions, 'onEvent'>;

function turnsOf(chat: ChatRequest, res: Response, { runTurn, active, log }: ChatCompletionsOptions): Turns['run'] {
  const record = recordOf(res);
  const signal = active.track(res);
  const turn = {
    ...chat.options,
    model: chat.model,
    replaceable: !chat.stream,
    onStage: noteStage.bind(undefined, record),
  };
  return async function* run(): AsyncGenerator<TurnEvent> {
    for await (const event of runTurn(chat.conversation, turn, signal)) {
      noteEvent(record, event);
      if (event.type === 'warning') {
        log.warn('an answer is not what was asked for', { request_id: record.requestId, reason: event.message });
        warn(res, event.message);
      }
      yield event;
    }
  };
}

async function sendAnswer(turns: Turns, res: Response, answer: ChatAnswerOptions): Promise<void> {
  const collector = createChatCollector(answer);
  const failures = await runChoices({
    ...turns,
    onEvent: (event, choice) => {
      collector.push(event, choice);
    },
  });
  const [failure] = failures;
  if (failure !== undefined) {
    recordOf(res).error = failure;
    warn(res, `${failures.length} of ${turns.count} choices failed: ${failure.message}`);
  }
  res.json(collector.completion());
}

async function streamAnswer(
  turns: Turns,
  res: Response,
  answer: ChatAnswerOptions & { includeUsage: boolean },
  silenceMs: number,
): Promise<void> {
  const stream = new EventStream(res, { silenceMs });
  const chunks = createChatStream(answer);
  try {
    const [failure] = await runChoices({
      ...turns,
      onEvent: (event, choice) => stream.send(chunks.push(event, choice)),
    });
    if (failure !== undefined) throw failure;
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
