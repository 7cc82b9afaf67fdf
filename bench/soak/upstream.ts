/** The model of the soak: repeats what it was asked, and fails when the weather is bad. */
import { apiErrors } from '../../src/stand-in/api-errors.ts';
import type { Answer, Behaviour } from '../../src/stand-in/behaviour.ts';
import { startStandIn } from '../../src/stand-in/stand-in.ts';
import type { Cleanup } from '../../test/support/cleanup.ts';
import { fromPrompt, noncesIn, rightAnswer, systemIn, type Ask } from './nonces.ts';
import type { Random } from './random.ts';

export const weathers = ['overloaded', 'internal', 'rate-limited', 'cut', 'error-in-stream', 'closed'] as const;
export type Weather = 'fair' | (typeof weathers)[number];

export interface Upstream {
  url: string;
  weather: Weather;
  /** The nonces of the requests that were not simply answered. */
  readonly hit: ReadonlySet<string>;
  readonly answered: number;
}

interface Body {
  messages: { role: string; content: unknown }[];
  tools?: { name: string }[];
  system?: unknown;
}

export async function startUpstream(random: Random, cleanup: Cleanup): Promise<Upstream> {
  const hit = new Set<string>();
  let weather: Weather = 'fair';
  let answered = 0;
  const standIn = await startStandIn({
    keepRequests: 1,
    behaviour: ({ body }) => {
      const { ask, answer } = read(body as Body);
      if (weather !== 'fair' && random.chance(0.5)) {
        if (ask !== undefined) hit.add(ask.nonce);
        return spoil(answer, weather);
      }
      answered += 1;
      return answer;
    },
  });
  cleanup.defer(() => standIn.stop());
  return {
    url: standIn.url,
    hit,
    get weather() {
      return weather;
    },
    set weather(next) {
      weather = next;
    },
    get answered() {
      return answered;
    },
  };
}

function read({ messages, tools = [], system = '' }: Body): { ask: Ask | undefined; answer: Answer } {
  const content = messages.findLast(({ role }) => role === 'user')?.content;
  const question = JSON.stringify(content);
  const ask = fromPrompt(question);
  if (ask === undefined) return { ask, answer: { kind: 'answer' } };
  const deltaEveryMs = ask.everyMs;
  const [tool] = tools;
  if (tool !== undefined && !question.includes('"tool_result"')) {
    const toolUses = [{ id: `toolu_${ask.nonce}`, name: tool.name, input: { nonce: ask.nonce } }];
    return { ask, answer: { kind: 'answer', deltaEveryMs, toolUses } };
  }
  const heard = noncesIn(JSON.stringify(messages)).size;
  const seen = { heard, images: imagesIn(content), system: systemIn(JSON.stringify(system)) };
  return { ask, answer: { kind: 'answer', deltaEveryMs, text: rightAnswer(ask, seen) } };
}

function imagesIn(content: unknown): string[] {
  if (!Array.isArray(content)) return [];
  return content
    .map((block: { source?: { data?: string } }) => block.source?.data)
    .filter((data) => data !== undefined);
}

function spoil(answer: Answer, weather: Exclude<Weather, 'fair'>): Behaviour {
  switch (weather) {
    case 'overloaded':
      return apiErrors.overloaded();
    case 'internal':
      return apiErrors.internal();
    case 'rate-limited':
      return apiErrors.rateLimit();
    case 'cut':
      return { ...answer, cutAfterDeltas: 3 };
    case 'error-in-stream':
      return { ...answer, errorAfterDeltas: 3 };
    case 'closed':
      return { kind: 'close-connection' };
  }
}
