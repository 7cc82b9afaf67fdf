import type { ChatChunk, ChatCompletion, TextChoice, TextCompletion } from './types.ts';

/** A chat's answer as the old text API tells it. */
export function toTextCompletion({ id, created, model, choices, usage }: ChatCompletion): TextCompletion {
  const texts = choices.map(({ index, message, finish_reason: reason }): TextChoice => ({
    text: message.content ?? '',
    index,
    logprobs: null,
    finish_reason: reason,
  }));
  return { id, object: 'text_completion', created, model, choices: texts, usage };
}

/** A piece of a chat's answer; none where it has nothing that the old text API has a place for. */
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
