/** More requests than there is room for: is each answered in its order, or refused at once? */
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { chatBody } from '../support/chat-body.ts';
import type { Harness } from '../support/harness.ts';
import type { Prompt } from '../support/prompt.ts';

export interface QueueSample {
  answered: number;
  refused: number;
  /** Statuses other than 200 and 429, texts for requests that got none. */
  others: string[];
  /** By how many later ones a request was overtaken, at most. */
  overtaken: number;
  /** How long after a later one a request was begun, at most. */
  behindMs: number;
  /** From a request to the end of its answer. */
  answersMs: number[];
  /** From a request to its refusal. */
  refusalsMs: number[];
}

interface Outcome {
  status: string;
  sentAtMs: number;
  endedAtMs: number;
  /** When the answer was begun, on the clock of whoever gave it. */
  begunAt: number;
}

/** Sends all requests at once, each on a connection of its own; their answers begin with the time, as `0@4711.123 `, in seconds. */
export async function fillQueue({ url }: Harness, prompt: Prompt, requests: number): Promise<QueueSample> {
  const body = JSON.stringify({ ...chatBody(prompt), stream: false });
  const pending = Array.from({ length: requests }, () => ask(`${url}/v1/chat/completions`, body));
  const outcomes = await Promise.all(pending);
  const answered = outcomes.filter(({ status }) => status === '200');
  const refused = outcomes.filter(({ status }) => status === '429');
  const begun = answered.map(({ begunAt }) => begunAt);
  return {
    answered: answered.length,
    refused: refused.length,
    others: outcomes.map(({ status }) => status).filter((status) => status !== '200' && status !== '429'),
    overtaken: mostOvertaken(begun),
    behindMs: mostBehind(begun),
    answersMs: answered.map(took),
    refusalsMs: refused.map(took),
  };
}

function took({ sentAtMs, endedAtMs }: Outcome): number {
  return endedAtMs - sentAtMs;
}

async function ask(url: string, body: string): Promise<Outcome> {
  const sentAtMs = performance.now();
  const outcome = (status: string, answer = ''): Outcome => {
    const begunAt = Number(/0@([\d.]+) /.exec(answer)?.[1] ?? NaN);
    return { status, sentAtMs, endedAtMs: performance.now(), begunAt };
  };
  try {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const outgoing = request(url, { method: 'POST', agent: false, headers });
    outgoing.end(body);
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    return outcome(String(response.statusCode), await text(response));
  } catch (error) {
    return outcome(String(error));
  }
}

function mostBehind(begun: readonly number[]): number {
  return 1000 * Math.max(0, ...begun.map((at, n) => at - Math.min(at, ...begun.slice(n + 1))));
}

/** `begun` is in the order of the requests. */
function mostOvertaken(begun: readonly number[]): number {
  return Math.max(0, ...begun.map((at, n) => begun.slice(n + 1).filter((later) => later < at).length));
}
