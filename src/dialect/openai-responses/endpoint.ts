import type { AnswerContext, Endpoint, History, KeptAnswer, TurnRequest } from '../../core/endpoint.ts';
import type { HarnessError } from '../../core/errors.ts';
import { openAiErrorReply } from '../openai-shared/errors.ts';
import { invalidRequest } from '../openai-shared/invalid-request.ts';
import { responseEvents } from '../openai-shared/stream-format.ts';
import { responseOfItem, toResponseId } from './ids.ts';
import { referencedIds } from './input-items.ts';
import { toListedItems } from './item-list.ts';
import type { InputItem } from './item-schema.ts';
import { parseResponsesRequest, toResponsesTurn, type ResponsesRequest } from './request.ts';
import { ResponseStream } from './stream.ts';
import type { ToolForms } from './tool-forms.ts';

interface Request extends TurnRequest {
  parsed: ResponsesRequest;
  /** The request's own input, references resolved. */
  items: readonly InputItem[];
  forms: ToolForms;
}

/** `POST /v1/responses`. */
export const responses: Endpoint<Request> = {
  dialect: 'openai',
  path: '/v1/responses',
  frames: responseEvents,
  async parse(body, { settings, history, earlier: earlierCalls }) {
    const parsed = parseResponsesRequest(body, settings);
    const { model, stream, store, background, previousId } = parsed;
    if (previousId !== undefined && earlierCalls !== undefined) throw twoHistories();
    const earlier = previousId === undefined ? [] : await history.itemsUntil(previousId);
    const found = await findItems(parsed, history);
    const before = { earlier, earlierCalls, findItem: (id: string) => found.get(id) };
    const turn = toResponsesTurn(parsed, before, settings.unsupportedParams);
    const { conversation, ...rest } = turn;
    return {
      ...{ model, stream, store, background, conversations: [conversation], ...rest, parsed },
      continues: previousId !== undefined,
      cache: parsed.body.cache,
    };
  },
  stream(request, context) {
    const { recorder, kept } = recordingOf(request, context);
    return {
      kept,
      push: (event) => recorder.push(event),
      fail: (error) => (error.code === 'ABORTED' ? recorder.cancel() : recorder.fail(error)),
    };
  },
  whole(request, context) {
    const { recorder, kept } = recordingOf(request, context);
    return {
      kept,
      push: (event) => {
        recorder.push(event);
      },
      body: () => recorder.response,
    };
  },
  background(request, context) {
    const { recorder, kept } = recordingOf(request, context);
    return {
      kept,
      body: () => recorder.response,
      queue: () => recorder.queue(),
      push: (event) => recorder.push(event),
      fail: (error) => recorder.fail(error),
      cancel: () => recorder.cancel(),
    };
  },
  error: openAiErrorReply,
  describe: async () => (await import('./description.ts')).responsesDescription,
};

function twoHistories(): HarnessError {
  const problem = 'cannot be combined with the header x-session-id: each says what came before; send one of them.';
  return invalidRequest('previous_response_id', problem);
}

/** The stored items that a request names by their ids alone. */
async function findItems({ body }: ResponsesRequest, history: History): Promise<Map<string, object>> {
  const found = new Map<string, object>();
  for (const itemId of referencedIds(body.input)) {
    const responseId = responseOfItem(itemId);
    const item = responseId === undefined ? undefined : await history.findItem(responseId, itemId);
    if (item !== undefined) found.set(itemId, item);
  }
  return found;
}

function recordingOf(
  { parsed, items, forms, options, stream }: Request,
  { newId, now, settings }: AnswerContext,
): { recorder: ResponseStream; kept: KeptAnswer } {
  const id = toResponseId(newId());
  const createdAt = now();
  const { previousId } = parsed;
  const recorder = new ResponseStream({
    ...parsed,
    id,
    createdAt,
    now,
    showReasoning: settings.showReasoning,
    forms,
    hasOutput: options.output !== undefined,
    buffered: !stream,
  });
  const kept: KeptAnswer = {
    id,
    createdAt,
    inputItems: toListedItems(items, id),
    ...(previousId !== undefined && { previousId }),
    get response() {
      return recorder.whole;
    },
  };
  return { recorder, kept };
}
