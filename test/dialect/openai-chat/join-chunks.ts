import type { ChatChunk } from '../../../src/dialect/openai-chat/types.ts';

export interface JoinedChoice {
  message: Record<string, unknown>;
  finishReason: string | null;
}

/** Joins the chunks of each choice into a message as OpenAI's own clients do. */
export function joinChunks(chunks: readonly ChatChunk[]): Map<number, JoinedChoice> {
  const joined = new Map<number, JoinedChoice>();
  for (const { index, delta, finish_reason: finishReason } of chunks.flatMap(({ choices }) => choices)) {
    const { message, finishReason: before } = joined.get(index) ?? { message: {}, finishReason: null };
    if (before !== null) throw new Error('A delta came after the finish reason.');
    accumulate(message, structuredClone(delta));
    joined.set(index, { message, finishReason });
  }
  return joined;
}

type Fields = Record<string, unknown>;

/** After `accumulate_delta` of openai-python (`lib/streaming/_deltas.py`), the strictest of the clients. */
function accumulate(fields: Fields, delta: object): void {
  for (const [key, value] of Object.entries(delta) as [string, unknown][]) {
    const known = fields[key];
    if (Array.isArray(value)) fields[key] = joinLists(known ?? [], value);
    else if (known === undefined || known === null || key === 'index' || key === 'type') fields[key] = value;
    else if (typeof known === 'string' && typeof value === 'string') fields[key] = known + value;
    else if (isFields(known) && isFields(value)) accumulate(known, value);
    else throw new TypeError(`${key} changed its type.`);
  }
}

function joinLists(known: unknown, deltas: readonly unknown[]): unknown[] {
  if (!Array.isArray(known)) throw new TypeError('A list came where there was none.');
  const entries: unknown[] = known;
  for (const delta of deltas) {
    if (!isFields(delta) || typeof delta['index'] !== 'number') throw new TypeError('An entry has no index.');
    const entry = entries[delta['index']];
    if (isFields(entry)) accumulate(entry, delta);
    else entries.splice(delta['index'], 0, delta);
  }
  return entries;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
