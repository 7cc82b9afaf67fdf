import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerSteps } from '../../../src/stand-in/answer-steps.ts';
import { cheapModel, startHarness, type Harness } from '../../support/harness.ts';

/** The events of an answer, as the API frames them. */
const frames = [
  ...answerSteps({ kind: 'answer', deltas: ['one ', 'two ', 'three'] }, { messageId: 'msg_1', model: cheapModel }),
].map((step) => `event: ${step.type}\ndata: ${JSON.stringify(step)}\n\n`);
const whole = 'one two three';
/** The stop reason is in the last but one, and with it the answer is whole. */
const complete = frames.length - 1;

let upstream: Server;
let harness: Harness;

/** An API that cuts the connection after as many events as the prompt says, however often it is asked. */
beforeAll(async () => {
  upstream = createServer((req, res) => {
    void text(req).then((body) => {
      const count = Number(/cut after (\d+)/.exec(body)?.[1] ?? frames.length);
      send(res, count);
    });
  });
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const { port } = upstream.address() as AddressInfo;
  harness = await startHarness(undefined, {
    claude: { env: { ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}` } },
    limits: { concurrent_turns: 3 },
  });
});

afterAll(async () => {
  await harness.stop();
  upstream.close();
  upstream.closeAllConnections();
  expect(harness.processes()).toBe(0);
});

function send(res: ServerResponse, count: number): void {
  res.writeHead(200, { 'content-type': 'text/event-stream' });
  res.write(frames.slice(0, count).join(''), () => {
    // Cut at once, what was sent last may be lost on its way.
    if (count < frames.length) setTimeout(() => res.destroy(), 500);
    else res.end();
  });
}

interface Outcome {
  status: number;
  body: string;
  words: string;
}

async function ask(question: string, stream: boolean): Promise<Outcome> {
  const response = await fetch(`${harness.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: cheapModel, stream, messages: [{ role: 'user', content: question }] }),
  });
  const body = await response.text();
  const words = [...body.matchAll(/"content":"([^"]*)"/g)].map(([, piece]) => piece).join('');
  return { status: response.status, body, words };
}

describe.each([false, true])('an answer, stream: %s,', (stream) => {
  test(
    'that is cut after any of its events is whole or an error, and nothing in between',
    { timeout: 240_000 },
    async () => {
      const positions = frames.map((_, index) => index);
      const outcomes = await Promise.all(positions.map((position) => ask(`cut after ${position}`, stream)));
      for (const [position, { status, body, words }] of outcomes.entries()) {
        const about = `cut after ${position}: ${body.slice(-400)}`;
        if (position >= complete) {
          expect(status, about).toBe(200);
          expect(words, about).toBe(whole);
          continue;
        }
        expect(body, about).toMatch(/"code":"(upstream_unreachable|upstream_error|answer_restarted)"/);
        expect(body, about).not.toContain('[DONE]');
        expect(body, about).not.toMatch(/"finish_reason":"/);
        expect(whole.startsWith(words), about).toBe(true);
        expect(status === 502 || (stream && status === 200), about).toBe(true);
      }
      expect(await ask('whole', stream)).toMatchObject({ status: 200, words: whole });
    },
  );
});

test.each([false, true])(
  'an API that refuses connections is a 502, stream: %s',
  { timeout: 120_000 },
  async (stream) => {
    const away = await startHarness();
    try {
      await away.standIn.stop();
      const completion = away.client.chat.completions.create({
        model: cheapModel,
        stream,
        messages: [{ role: 'user', content: 'Hello' }],
      });
      await expect(completion).rejects.toMatchObject({ status: 502, code: 'upstream_unreachable' });
    } finally {
      await away.stop();
    }
  },
);

test('an API that is slow, but never silent for long, is waited for', { timeout: 120_000 }, async () => {
  const slow = await startHarness(
    { kind: 'answer', words: 8, firstDeltaAfterMs: 1000, deltaEveryMs: 600, pingEveryMs: 400 },
    { limits: { idle_timeout: 4000 } },
  );
  try {
    const completion = await slow.client.chat.completions.create({
      model: cheapModel,
      messages: [{ role: 'user', content: 'Hello' }],
    });
    expect(completion.choices[0]?.finish_reason).toBe('stop');
  } finally {
    await slow.stop();
  }
});
