import type { Ask } from './nonces.ts';
import type { Random } from './random.ts';

export type Dialect = 'chat' | 'responses' | 'messages';

/** One thing that a client does: a question, in some dialect, with whatever belongs to it. */
export interface Task {
  dialect: Dialect;
  ask: Ask;
  stream: boolean;
  /** The model calls it, and answers when it has the result. */
  tool: boolean;
  /** A PNG in base64. */
  image?: string;
  /** A nonce that was said before in the conversation. */
  earlier?: string;
  /** Names the system prompt, and has to be in the answer. */
  system?: string;
  /** When the client goes away. */
  leave?: Leaving;
}

/** So many milliseconds after it has asked, or when it has so much of the answer's text; 1: all, but not the end. */
export type Leaving = { afterMs: number } | { afterShare: number };

/** Where a client asks, and with what it is let in. */
export interface Door {
  url: string;
  token: string;
}

/** No answer takes so long, whatever goes wrong: a client that waits longer was forgotten. */
export const patienceMs = 120_000;

/** What a client is told while an answer comes, so that what had come can be judged when it did not come to its end. */
export interface Listener {
  signal: AbortSignal;
  onText: (text: string) => void;
}

/** The client's own library was given something that its request does not explain. */
export class WrongAnswer extends Error {}

export function chooseTask(random: Random): Task {
  const nonce = `nonce-${random.hex(12)}`;
  return {
    dialect: random.pick(['chat', 'responses', 'messages']),
    ask: { nonce, words: random.between(1, 60), everyMs: random.pick([0, 0, 5, 20]) },
    stream: random.chance(0.6),
    tool: random.chance(0.25),
    ...(random.chance(0.2) && { image: pngWith(nonce) }),
    ...(random.chance(0.4) && { earlier: `nonce-${random.hex(12)}` }),
    ...chooseSystem(random),
    ...(random.chance(0.2) && { leave: chooseLeaving(random) }),
  };
}

/** None, one that comes again and again, or one that nobody else has: few of these, since a process starts for each. */
function chooseSystem(random: Random): { system?: string } {
  if (random.chance(0.4)) return {};
  return { system: random.chance(0.9) ? random.pick(['house-a', 'house-b']) : `house-${random.hex(12)}` };
}

/** Before the first byte, while the process takes the request; at any time; between two deltas; right at the end. */
function chooseLeaving(random: Random): Leaving {
  return random.pick([
    { afterMs: random.between(0, 40) },
    { afterMs: random.between(1, 1500) },
    { afterShare: random.next() },
    { afterShare: 1 },
  ]);
}

/** One that uses all that keeps connections, files and timers, and can be counted on to be answered. */
export function calmTask(dialect: Dialect, random: Random): Task {
  return { dialect, ask: { nonce: `nonce-${random.hex(12)}`, words: 5, everyMs: 0 }, stream: true, tool: true };
}

const onePixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** Bytes behind the end of a PNG belong to nothing, and make it an image of its own. */
function pngWith(nonce: string): string {
  return Buffer.concat([Buffer.from(onePixel, 'base64'), Buffer.from(nonce)]).toString('base64');
}

export const toolName = 'look_up';
export const toolSchema = {
  type: 'object' as const,
  properties: { nonce: { type: 'string' } },
  required: ['nonce'],
};
