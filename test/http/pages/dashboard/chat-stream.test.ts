import { expect, it, vi } from 'vitest';
import { streamChat, userMessage } from '../../../../src/http/pages/dashboard/chat-stream.js';
import { HarnessError } from '../../../../src/core/errors.ts';
import { answerWith, failWith, listen, testApp, type Listening } from '../../test-app.ts';

/** Asks a service as the page does, whose addresses are relative. */
async function chatWith(run: Parameters<typeof testApp>[0]): Promise<{ pieces: string[]; error: unknown }> {
  const listening: Listening = await listen(testApp(run).app);
  const { fetch } = globalThis;
  vi.stubGlobal('fetch', (path: string, options: RequestInit) => fetch(`${listening.url}/${path}`, options));
  const pieces: string[] = [];
  try {
    const messages = [userMessage('Hello', undefined)];
    for await (const piece of streamChat('haiku', messages, new AbortController().signal)) pieces.push(piece);
    return { pieces, error: undefined };
  } catch (error) {
    return { pieces, error };
  } finally {
    vi.unstubAllGlobals();
    await listening.close();
  }
}

it('an answer comes in pieces', async () => {
  const { pieces } = await chatWith(answerWith('Hello, ', 'house.'));
  expect(pieces.join('')).toBe('Hello, house.');
});

it('what fails is told, before an answer and in the middle of it', async () => {
  const busy = new HarnessError('OVERLOADED', 'The API is busy.');
  expect(await chatWith(failWith(busy))).toMatchObject({
    pieces: [],
    error: { message: 'The API is busy.', status: 503 },
  });
  const { pieces, error } = await chatWith(failWith(busy, 'Hel'));
  expect([pieces.join(''), error]).toEqual(['Hel', new Error('The API is busy.')]);
});

it('a picture stands before the text', () => {
  expect(userMessage('What is this?', 'data:image/png;base64,AA==').content).toEqual([
    { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } },
    { type: 'text', text: 'What is this?' },
  ]);
});
