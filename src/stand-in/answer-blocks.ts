import { generatedWords, inputDeltas, textDeltas, thinkingDeltas, words } from './answer-deltas.ts';
import type { Answer } from './behaviour.ts';
import type { WireBlock, WireDelta } from './message-events.ts';

/** A content block as it starts, and the deltas that are added to it. */
interface AnswerBlock {
  start: WireBlock;
  deltas: Iterable<WireDelta>;
}

const defaultText = 'Hello! I am the stand-in for the model, and this is my answer.';

/** The blocks of an answer in the order a model gives them: thinking, text, tool calls. */
export function* answerBlocks(answer: Answer, messageId: string): Generator<AnswerBlock> {
  if (answer.blocks !== undefined) {
    // What is not known here is for the client to understand.
    for (const { start, deltas = [] } of answer.blocks) yield { start, deltas } as unknown as AnswerBlock;
    return;
  }
  if (answer.thinking !== undefined) {
    const parts = typeof answer.thinking === 'string' ? words(answer.thinking) : answer.thinking;
    yield { start: { type: 'thinking', thinking: '', signature: '' }, deltas: thinkingDeltas(parts) };
  }
  const parts = textParts(answer);
  if (parts !== undefined) yield { start: { type: 'text', text: '' }, deltas: textDeltas(parts) };
  for (const [at, { id, name, input }] of (answer.toolUses ?? []).entries()) {
    const start: WireBlock = { type: 'tool_use', id: id ?? `toolu_${messageId}_${at}`, name, input: {} };
    yield { start, deltas: inputDeltas(input) };
  }
}

/** Undefined for an answer without a text block, which only calls tools. */
function textParts(answer: Answer): Iterable<string> | undefined {
  if (answer.deltas !== undefined) return answer.deltas;
  if (answer.text !== undefined) return words(answer.text);
  if (answer.words !== undefined) return generatedWords(answer.words);
  return answer.toolUses === undefined ? words(defaultText) : undefined;
}
