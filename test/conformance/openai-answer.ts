import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionCreateParams,
  ChatCompletionMessageFunctionToolCall,
} from 'openai/resources/chat/completions';
import type { CompletionUsage } from 'openai/resources/completions';
import { scriptedUsage, untilStop, type ScriptedAnswer, type ToolCall } from './script.ts';

type FinishReason = ChatCompletion.Choice['finish_reason'];

/** Reasoning is no part of OpenAI's format; servers that have it send it under both names. */
type Delta = ChatCompletionChunk.Choice.Delta & { reasoning?: string; reasoning_content?: string };

/** An answer sorted into the fields of OpenAI's format. */
interface Fields {
  reasoning: string | undefined;
  content: string | null;
  refusal: string | null;
  toolCalls: readonly ToolCall[];
  finishReason: FinishReason;
}

const created = 1_700_000_000;

/** The whole answer to a request without `stream`, with a choice for each of the model's answers. */
export function completionOf(
  answers: readonly ScriptedAnswer[],
  request: ChatCompletionCreateParams,
  id: string,
): ChatCompletion {
  return {
    id,
    object: 'chat.completion',
    created,
    model: request.model,
    choices: answers.map((answer, index) => choiceOf(fieldsOf(answer, request), index)),
    usage: usageOf(answers),
  };
}

/** The chunks of a stream, in order, without the closing `[DONE]`. One that hangs has no end. */
export function* chunksOf(
  answers: readonly ScriptedAnswer[],
  request: ChatCompletionCreateParams,
  id: string,
): Generator<ChatCompletionChunk> {
  const countsTokens = request.stream_options?.include_usage === true;
  const base = {
    id,
    object: 'chat.completion.chunk' as const,
    created,
    model: request.model,
    ...(countsTokens ? { usage: null } : {}),
  };
  const chunk = (index: number, delta: Delta, finishReason: FinishReason | null = null): ChatCompletionChunk => ({
    ...base,
    choices: [{ index, delta, logprobs: null, finish_reason: finishReason }],
  });

  for (const index of answers.keys()) yield chunk(index, { role: 'assistant', content: '', refusal: null });
  for (const [index, answer] of answers.entries()) {
    const fields = fieldsOf(answer, request);
    for (const delta of deltasOf(fields)) yield chunk(index, delta);
    if (answer.hangs === true) return;
    yield chunk(index, {}, fields.finishReason);
  }
  if (countsTokens) yield { ...base, choices: [], usage: usageOf(answers) };
}

function choiceOf(fields: Fields, index: number): ChatCompletion.Choice {
  const { reasoning, content, refusal, toolCalls, finishReason } = fields;
  const message = {
    role: 'assistant' as const,
    content,
    refusal,
    ...(reasoning === undefined ? {} : { reasoning, reasoning_content: reasoning }),
    ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls.map(wireCall) }),
  };
  return { index, message, logprobs: null, finish_reason: finishReason };
}

function usageOf(answers: readonly ScriptedAnswer[]): CompletionUsage {
  const prompt = scriptedUsage.prompt;
  const completion = scriptedUsage.completion * answers.length;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  };
}

function* deltasOf({ reasoning, content, refusal, toolCalls }: Fields): Generator<Delta> {
  for (const piece of pieces(reasoning ?? '')) yield { reasoning: piece, reasoning_content: piece };
  for (const piece of pieces(content ?? '')) yield { content: piece };
  for (const piece of pieces(refusal ?? '')) yield { refusal: piece };
  for (const [index, call] of toolCalls.entries()) {
    const { id, name, input } = call;
    yield { tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] };
    for (const piece of pieces(JSON.stringify(input))) {
      yield { tool_calls: [{ index, function: { arguments: piece } }] };
    }
  }
}

function fieldsOf(answer: ScriptedAnswer, request: ChatCompletionCreateParams): Fields {
  const toolCalls = answer.toolCalls ?? [];
  const text = answer.text === undefined ? undefined : untilStop(answer.text, [request.stop ?? []].flat()).text;
  const content = answer.json === undefined ? (text ?? null) : JSON.stringify(answer.json);
  const fields = { reasoning: answer.thinking, content, refusal: null, toolCalls };
  if (answer.refusal !== undefined) {
    // Only a client that asked for JSON can do without content, so only it is told of a refusal in a field of its own.
    return hasResponseFormat(request)
      ? { ...fields, content: null, refusal: answer.refusal, finishReason: 'stop' }
      : { ...fields, content: answer.refusal, finishReason: 'content_filter' };
  }
  if (answer.stopReason === 'max_tokens') return { ...fields, finishReason: 'length' };
  return { ...fields, finishReason: toolCalls.length === 0 ? 'stop' : 'tool_calls' };
}

function hasResponseFormat({ response_format }: ChatCompletionCreateParams): boolean {
  return response_format !== undefined && response_format.type !== 'text';
}

function wireCall({ id, name, input }: ToolCall): ChatCompletionMessageFunctionToolCall {
  return { id, type: 'function', function: { name, arguments: JSON.stringify(input) } };
}

/** Small, so that what comes in several pieces is put together by every test. */
function pieces(text: string): string[] {
  return text.match(/[^]{1,5}/gu) ?? [];
}
