import type { ChatChunk, ChatCompletion, TextChoice, TextCompletion } from './types.ts';

/** A chat's answer in the format of the old text API. */
export function toTextCompletion({ id, created, model, choices, usage }: ChatCompletion): TextCompletion {
  const texts = choices.map(({ index, message, finish_reason: reason }): TextChoice => ({
    text: message.content ?? '',
    index,
    logprobs: null,
    finish_reason: reason,
  }));
  return { id, object: 'text_completion', created, model, choices: texts, usage };
}

/** A piece of a chat's answer; none where the old text API has no place for its contents. */
export function toTextPieces({ id, created, model, choices, usage }: ChatChunk): TextCompletion[] {
  const texts = choices
    .filter(({ delta, finish_reason: reason }) => reason !== null || Boolean(delta.content))
    .map(({ index, delta, finish_reason: reason }): TextChoice => ({
      text: delta.content ?? '',
      index,
      logprobs: null,
      finish_reason: reason,
    }));
  if (texts.length === 0 && usage === undefined) return [];
  return [{ id, object: 'text_completion', created, model, choices: texts, ...(usage !== undefined && { usage }) }];
}
