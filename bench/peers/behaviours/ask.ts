import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Subject } from './behaviour.ts';

/** Longer waits for nobody. */
const patienceMs = 30_000;

export interface Reply {
  /** 0 when there was no whole answer: none in time, or a connection that broke. */
  status: number;
  body: string;
  afterMs: number;
  /** Nobody waited for its end. */
  isLate: boolean;
}

/** Asks a chat completion of one user message, or of `fields` instead. */
export function chat({ url, model }: Subject, content: unknown, fields: object = {}): Promise<Reply> {
  return post(url, JSON.stringify({ model, messages: [{ role: 'user', content }], ...fields }));
}

export async function post(url: string, body: string, headers: OutgoingHttpHeaders = {}): Promise<Reply> {
  const sentAt = performance.now();
  const outgoing = open(url, body, headers);
  // What breaks in the middle of an answer is told by the reading of it.
  outgoing.on('error', () => undefined);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    outgoing.destroy();
  }, patienceMs);
  try {
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    const reply = await text(response);
    return { status: response.statusCode ?? 0, body: reply, afterMs: performance.now() - sentAt, isLate };
  } catch (error) {
    return { status: 0, body: String(error), afterMs: performance.now() - sentAt, isLate };
  } finally {
    clearTimeout(timer);
  }
}

/** Sends the request; what comes of it is the caller's to follow, and to end. */
export function open(url: string, body: string, headers: OutgoingHttpHeaders = {}): ClientRequest {
  const outgoing = request(`${url}/v1/chat/completions`, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers },
  });
  outgoing.end(body);
  return outgoing;
}

export interface Completion {
  choices?: {
    finish_reason?: string | null;
    message?: { content?: string | null; tool_calls?: { function: { name: string; arguments: string } }[] };
  }[];
  usage?: {
    prompt_tokens?: number;
    completion_tokens?: number;
    prompt_tokens_details?: { cached_tokens?: number };
  };
  error?: { message?: string };
}

/** A reply's JSON; empty where it is none. */
export function completionOf({ body }: Reply): Completion {
  try {
    return (JSON.parse(body) as Completion | null) ?? {};
  } catch {
    return {};
  }
}

/** The JSON events of a stream. */
export function eventsOf({ body }: Reply): Completion[] {
  return body
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice('data: '.length)) as Completion);
}

/** A reply in a few words. */
export function told(reply: Reply): string {
  if (reply.isLate) return `no end within ${patienceMs / 1000} s`;
  if (reply.status === 0) return `no answer (${reply.body.replace('Error: ', '')})`;
  return `${reply.status} after ${(reply.afterMs / 1000).toFixed(1)} s`;
}
