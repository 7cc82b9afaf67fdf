import type { AssistantBlock, Conversation, Message, UserBlock } from '../core/conversation.ts';
import type { AnswerReview, Problem } from './answer-validator.ts';

/** The conversation with the answer that will not do and what is wrong with it. */
export function withObjection(conversation: Conversation, review: AnswerReview, problem: Problem): Conversation {
  const said: AssistantBlock[] = /\S/.test(review.text) ? [{ type: 'text', text: review.text }] : [];
  switch (problem.kind) {
    case 'no-call':
      return extend(conversation, said, [text('Call the tool now that you were asked to call.')]);
    case 'no-output':
      return extend(conversation, said, [text('Give your answer in the structured form that was asked for.')]);
    case 'wrong-output': {
      const objection = `That does not match the schema: ${problem.reason}. Give the whole answer again, corrected.`;
      return extend(conversation, [text(review.output || '{}')], [text(objection)]);
    }
    case 'wrong-arguments': {
      const calls = review.calls.map(({ id, name, json }): AssistantBlock => ({
        type: 'tool_use',
        id,
        name,
        input: toObject(json),
      }));
      const results = review.calls.map(({ id }): UserBlock => {
        const reason = problem.reasons.get(id);
        const objection =
          reason === undefined
            ? 'Not run, because another call was wrong. Call it again as it was.'
            : `The arguments do not match the schema: ${reason}. Call it again with all arguments corrected.`;
        return { type: 'tool_result', tool_use_id: id, content: [text(objection)], is_error: true };
      });
      return extend(conversation, [...said, ...calls], results);
    }
  }
}

function extend(conversation: Conversation, answer: AssistantBlock[], objection: UserBlock[]): Conversation {
  const { messages } = conversation;
  if (answer.length > 0) {
    const added: Message[] = [
      { role: 'assistant', content: answer },
      { role: 'user', content: objection },
    ];
    return { ...conversation, messages: [...messages, ...added] };
  }
  // Nothing was said: the objection joins the question, since neighbours of one role are one message.
  const question = messages.at(-1);
  const content = question?.role === 'user' ? [...question.content, ...objection] : objection;
  return { ...conversation, messages: [...messages.slice(0, -1), { role: 'user', content }] };
}

function text(words: string): { type: 'text'; text: string } {
  return { type: 'text', text: words };
}

/** Arguments that are no JSON object cannot be fed; the objection says what was wrong with them. */
function toObject(json: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return {};
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
