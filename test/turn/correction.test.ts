import { describe, expect, it } from 'vitest';
import type { Conversation, Message } from '../../src/core/conversation.ts';
import type { TurnEvent } from '../../src/core/turn-event.ts';
import type { Problem } from '../../src/turn/answer-problem.ts';
import { AnswerValidator } from '../../src/turn/answer-validator.ts';
import { withCorrection } from '../../src/turn/correction.ts';
import { callBlock, end, outputBlock, start, textBlock, thinkingBlock, tool } from './scripted.ts';
import { hello } from '../support/hello.ts';

const words = (said: string) => ({ type: 'text', text: said });

function correctionOf(problem: Problem, answer: TurnEvent[], conversation = hello): Conversation {
  const rejected = new AnswerValidator({ call: false, output: () => undefined, strict: new Map() });
  for (const event of [start(), ...answer, end('tool_use')]) rejected.push(event);
  return withCorrection(conversation, rejected, problem);
}

const addedTo = (conversation: Conversation, to = hello): Message[] => conversation.messages.slice(to.messages.length);

describe('withCorrection', () => {
  it.each<[Problem, string]>([
    [{ kind: 'no-call' }, 'Call the tool now that you were asked to call.'],
    [{ kind: 'no-output' }, 'Give your answer in the structured form that was asked for.'],
  ])('answers the words that came instead: %j', (problem, correction) => {
    expect(addedTo(correctionOf(problem, [...thinkingBlock('Hm.'), ...textBlock('It is', ' warm.')]))).toEqual([
      { role: 'assistant', content: [words('It is warm.')] },
      { role: 'user', content: [words(correction)] },
    ]);
  });

  it.each([[[]], [textBlock('\n ')]])('joins the question where nothing was said: %j', (answer) => {
    const { messages } = correctionOf({ kind: 'no-call' }, answer);
    expect(messages).toEqual([
      { role: 'user', content: [words('Hello'), words('Call the tool now that you were asked to call.')] },
    ]);
  });

  it('joins an answer that was gone on with', () => {
    const begun: Conversation = {
      ...hello,
      messages: [...hello.messages, { role: 'assistant', content: [{ type: 'text', text: 'It' }] }],
    };
    const said = correctionOf({ kind: 'no-call' }, textBlock('is warm.'), begun).messages.slice(1);
    expect(said).toMatchObject([{ role: 'assistant', content: [words('It'), words('is warm.')] }, { role: 'user' }]);
    const silent = correctionOf({ kind: 'no-call' }, [], begun).messages.slice(1);
    expect(silent).toMatchObject([{ role: 'assistant', content: [words('It')] }, { role: 'user' }]);
  });

  it('shows wrong output to the model with what is wrong with it, and without the words before it', () => {
    const answer = [...textBlock('Here:'), ...outputBlock('{"city"', ':1}')];
    expect(addedTo(correctionOf({ kind: 'wrong-output', reason: '/city must be string' }, answer))).toEqual([
      { role: 'assistant', content: [words('{"city":1}')] },
      {
        role: 'user',
        content: [
          words('That does not match the schema: /city must be string. Give the whole answer again, corrected.'),
        ],
      },
    ]);
  });

  it('answers every call, since the API wants a result for each: the wrong ones with the reason', () => {
    const answer = [
      ...textBlock('Let me see.'),
      ...callBlock('c1', 'f', '{"city":1}'),
      ...callBlock('c2', 'g', '{"a":2}'),
      ...callBlock('c3', 'f', '{"ci'),
      ...callBlock('c4', 'g'),
    ];
    const reasons = new Map([
      ['c1', '/city must be string'],
      ['c3', 'is not valid JSON'],
    ]);
    const call = (id: string, name: string, input: object) => ({ type: 'tool_use', id, name, input });
    const result = (id: string, correction: string) => ({
      type: 'tool_result',
      tool_use_id: id,
      content: [words(correction)],
      is_error: true,
    });
    const notRun = 'Not run, because another call was wrong. Call it again as it was.';
    const wrong = (reason: string) =>
      `The arguments do not match the schema: ${reason}. Call it again with all arguments corrected.`;
    expect(addedTo(correctionOf({ kind: 'wrong-arguments', reasons }, answer))).toEqual([
      {
        role: 'assistant',
        content: [
          words('Let me see.'),
          call('c1', 'f', { city: 1 }),
          call('c2', 'g', { a: 2 }),
          // What is no JSON cannot be given back.
          call('c3', 'f', {}),
          call('c4', 'g', {}),
        ],
      },
      {
        role: 'user',
        content: [
          result('c1', wrong('/city must be string')),
          result('c2', notRun),
          result('c3', wrong('is not valid JSON')),
          result('c4', notRun),
        ],
      },
    ]);
  });

  it('keeps the rest of the conversation, and leaves the given one as it was', () => {
    const conversation: Conversation = {
      system: ['Be brief.'],
      tools: [tool('f')],
      messages: [...hello.messages, { role: 'assistant', content: [{ type: 'text', text: 'Hi' }] }, ...hello.messages],
    };
    const copy = structuredClone(conversation);
    for (const answer of [[], textBlock('one')]) {
      const asked = correctionOf({ kind: 'no-call' }, answer, conversation);
      expect(asked).toMatchObject({ system: ['Be brief.'], tools: [{ name: 'f' }] });
      expect(asked.messages.slice(0, 2)).toEqual(conversation.messages.slice(0, 2));
      expect(conversation).toEqual(copy);
    }
  });
});
