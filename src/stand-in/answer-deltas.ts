import type { WireDelta } from './message-events.ts';

/** Small enough that most tool calls arrive in several pieces. */
const jsonPieceLength = 20;

/** Any base64 does: only the real API checks signatures. */
const signature = 'c3RhbmQtaW4=';

/** Splits a text into deltas of about a word. Words keep their white space, so that the joined deltas equal the text. */
export function* words(text: string): Generator<string> {
  for (const match of text.matchAll(/\s*\S+\s?|\s+/g)) yield match[0];
}

/** Yields `word0 `, `word1 `, … */
export function* generatedWords(count: number): Generator<string> {
  for (let n = 0; n < count; n++) yield `word${n} `;
}

export function* textDeltas(parts: Iterable<string>): Generator<WireDelta> {
  for (const text of parts) yield { type: 'text_delta', text };
}

/** A thinking block ends with its signature, as the API's do. */
export function* thinkingDeltas(parts: Iterable<string>): Generator<WireDelta> {
  for (const thinking of parts) yield { type: 'thinking_delta', thinking };
  yield { type: 'signature_delta', signature };
}

/** Begins with an empty piece, as the API does. */
export function* inputDeltas(input: unknown): Generator<WireDelta> {
  yield { type: 'input_json_delta', partial_json: '' };
  const json = JSON.stringify(input);
  for (let at = 0; at < json.length; at += jsonPieceLength) {
    yield { type: 'input_json_delta', partial_json: json.slice(at, at + jsonPieceLength) };
  }
}
