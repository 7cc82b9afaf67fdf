import { answerTo } from './api.ts';

/** What became of one request. */
export interface Outcome {
  mark: string;
  stream: boolean;
  /** By `performance.now()`. */
  sentAt: number;
  /** Absent where the connection broke before there was one. */
  status?: number;
  /** Whether the client has its whole answer. */
  isWhole: boolean;
  /** What it got instead, for whoever reads a failure. */
  text: string;
}

export interface Clients {
  /** So far, in the order of their ends. */
  readonly outcomes: readonly Outcome[];
  /** Lets each finish its last request. */
  stop: () => Promise<readonly Outcome[]>;
}

let marks = 0;

/** Clients that ask again as soon as they have an answer; one in four streams, which nobody would repeat once it has begun. */
export function startClients(url: string, count: number): Clients {
  const outcomes: Outcome[] = [];
  let isOver = false;
  const all = Array.from({ length: count }, async (_, n) => {
    while (!isOver) outcomes.push(await ask(url, n % 4 === 0));
  });
  return {
    outcomes,
    async stop() {
      isOver = true;
      await Promise.all(all);
      return outcomes;
    },
  };
}

async function ask(url: string, stream: boolean): Promise<Outcome> {
  const mark = `mark-${(marks += 1)}`;
  const outcome = { mark, stream, sentAt: performance.now() };
  let status: number | undefined;
  try {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'haiku', stream, messages: [{ role: 'user', content: mark }] }),
    });
    ({ status } = response);
    const text = await response.text();
    const said = [...text.matchAll(/"content":"([^"]*)"/g)].map(([, words]) => words).join('');
    const isWhole = said === answerTo(mark) && (!stream || text.includes('[DONE]'));
    return { ...outcome, status, isWhole, text };
  } catch (error) {
    return { ...outcome, ...(status !== undefined && { status }), isWhole: false, text: String(error) };
  }
}
