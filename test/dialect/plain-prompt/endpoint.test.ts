import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import { createPromptAnswer, createPromptStream } from '../../../src/dialect/plain-prompt/answer.ts';
import { promptErrorReply } from '../../../src/dialect/plain-prompt/errors.ts';
import { fromPromptRequest } from '../../../src/dialect/plain-prompt/request.ts';
import { end, eventsOf, restart } from '../../http/test-app.ts';

const settings = { defaultModel: 'sonnet', unsupportedParams: 'ignore' } as const;

describe('a request', () => {
  it('is one question, which the context precedes', () => {
    expect(
      fromPromptRequest({ prompt: 'Why?', context: 'The sky is blue.', model: 'opus', top_p: 1 }, settings),
    ).toEqual({
      model: 'opus',
      conversations: [
        {
          system: [],
          messages: [
            {
              role: 'user',
              content: [
                { type: 'text', text: 'The sky is blue.' },
                { type: 'text', text: 'Why?' },
              ],
            },
          ],
        },
      ],
      options: {},
      stream: false,
      ignored: ['top_p'],
    });
  });

  it('asks the default model, without a context that says nothing', () => {
    const { model, conversations } = fromPromptRequest({ prompt: 'Why?', context: ' ', model: null }, settings);
    expect([model, conversations[0]?.messages[0]?.content]).toEqual(['sonnet', [{ type: 'text', text: 'Why?' }]]);
  });

  it.each([
    [{}, 'prompt is missing; it must be a text.'],
    [{ prompt: ' ' }, 'prompt must contain something to answer.'],
    [{ prompt: 'Why?', context: {} }, 'context must be a text.'],
    [[], 'The request body must be a JSON object with a prompt.'],
  ])('%j is refused', (body, message) => {
    expect(() => fromPromptRequest(body, settings)).toThrow(message);
  });
});

const metadata = { model: 'claude-haiku-4-5', stop_reason: 'max_tokens', returncode: 0 };

describe('an answer', () => {
  const events = [
    ...eventsOf(['Because', ' of', ' light.']).slice(0, -1),
    { ...end, stopReason: 'max_tokens' as const },
  ];

  it('is its text, with how it ended', () => {
    const answer = createPromptAnswer();
    for (const event of [...eventsOf(['void']).slice(0, -2), restart, ...events.slice(1)]) answer.push(event, 0);
    expect(answer.body()).toEqual({ response: 'Because of light.', status: 'success', metadata });
  });

  it('comes in pieces', () => {
    const answer = createPromptStream();
    expect(events.flatMap((event) => answer.push(event, 0))).toEqual([
      { response: 'Because' },
      { response: ' of' },
      { response: ' light.' },
      { status: 'success', metadata },
    ]);
    expect(answer.fail(new HarnessError('OVERLOADED', 'Busy.'))).toEqual([{ status: 'error', detail: 'Busy.' }]);
  });

  it('does not begin again after a piece of it was sent', () => {
    const answer = createPromptStream();
    expect(answer.push(restart, 0)).toEqual([]);
    for (const event of eventsOf(['Because']).slice(0, 3)) answer.push(event, 0);
    expect(() => answer.push(restart, 0)).toThrow(/began again/);
  });
});

it('a failure is its message, with the status of the failure', () => {
  const context = { requestId: 'r', now: () => 0, stream: false, planLimitStatus: 429 } as const;
  expect(promptErrorReply(new HarnessError('QUEUE_FULL', 'Full.'), context)).toMatchObject({
    status: 429,
    body: { detail: 'Full.' },
  });
});
