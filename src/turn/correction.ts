import type { AssistantBlock, Conversation, Message, TextBlock, UserBlock } from '../core/conversation.ts';
import { isObject } from '../core/is-object.ts';
import { parseJson } from '../core/parse-json.ts';
import { joinMessages } from '../core/join-messages.ts';
import type { CompleteAnswer, Problem } from './answer-problem.ts';

export interface RejectedAnswer extends CompleteAnswer {
  /** The words of the answer. */
  text: string;
}

/** The conversation, followed by the answer that is not acceptable and what is wrong with it. */
export function withCorrection(conversation: Conversation, answer: RejectedAnswer, problem: Problem): Conversation {
  const said: AssistantBlock[] = /\S/.test(answer.text) ? [text(answer.text)] : [];
  switch (problem.kind) {
    case 'no-call':
      return extend(conversation, said, [text('Call the tool now that you were asked to call.')]);
    case 'no-output':
      return extend(conversation, said, [text('Give your answer in the structured form that was asked for.')]);
    case 'wrong-output': {
      const correction = `That does not match the schema: ${problem.reason}. Give the whole answer again, corrected.`;
      return extend(conversation, [text(answer.output || '{}')], [text(correction)]);
    }
    case 'wrong-arguments': {
      const calls = answer.calls.map(({ id, name, json }): AssistantBlock => ({
        type: 'tool_use',
        id,
        name,
        input: toObject(json),
      }));
      const results = answer.calls.map(({ id }) => toResult(id, problem.reasons.get(id)));
      return extend(conversation, [...said, ...calls], results);
    }
  }
}

/** What a call is answered with that was not run; `reason`: what is wrong with it, if anything. */
function toResult(callId: string, reason: string | undefined): UserBlock {
  const correction =
    reason === undefined
      ? 'Not run, because another call was wrong. Call it again as it was.'
      : `The arguments do not match the schema: ${reason}. Call it again with all arguments corrected.`;
  return { type: 'tool_result', tool_use_id: callId, content: [text(correction)], is_error: true };
}

function extend(conversation: Conversation, answer: AssistantBlock[], correction: UserBlock[]): Conversation {
  const said: Message[] = answer.length === 0 ? [] : [{ role: 'assistant', content: answer }];
  const messages = joinMessages([...conversation.messages, ...said, { role: 'user', content: correction }]);
  return { ...conversation, messages };
}

function text(words: string): TextBlock {
  return { type: 'text', text: words };
}

/** Arguments that are not a JSON object cannot be fed; the correction says what was wrong with them. */
function toObject(json: string): Record<string, unknown> {
  const value = parseJson(json);
  return isObject(value) ? value : {};
}
