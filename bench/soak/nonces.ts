import { createHash } from 'node:crypto';

/** What a request asks for, written into its prompt so that the model's answer follows from the request alone. */
export interface Ask {
  nonce: string;
  words: number;
  everyMs: number;
}

export function toPrompt({ nonce, words, everyMs }: Ask): string {
  return `${nonce} words-${words} every-${everyMs}`;
}

/** The last ask in a text. */
export function fromPrompt(text: string): Ask | undefined {
  const match = [...text.matchAll(/(nonce-[0-9a-f]{12}) words-(\d+) every-(\d+)/g)].at(-1);
  const [, nonce, words, everyMs] = match ?? [];
  return nonce === undefined ? undefined : { nonce, words: Number(words), everyMs: Number(everyMs) };
}

/** What a system prompt says, and the name in it. */
export function toSystem(name: string): string {
  return `You are the voice of ${name}.`;
}

export function systemIn(text: string): string | undefined {
  return /\bhouse-\w+/.exec(text)?.[0];
}

export function noncesIn(text: string): Set<string> {
  return new Set(text.match(/nonce-[0-9a-f]{12}/g));
}

/** What the model sees beside the question. */
export interface Seen {
  /** How many nonces the whole conversation has. */
  heard: number;
  /** Those that came with the question, in base64. */
  images?: readonly string[];
  /** The name in the system prompt. */
  system?: string | undefined;
}

/** The one right answer: the nonce in every word, and all that was seen. */
export function rightAnswer({ nonce, words }: Ask, { heard, images = [], system = 'nobody' }: Seen): string {
  const body = Array.from({ length: words }, (_, n) => `${nonce.slice(-12)}.${n}`);
  return [nonce, ...body, `heard-${heard}`, `as-${system}`, ...images.map((data) => `image-${digest(data)}`)].join(' ');
}

function digest(data: string): string {
  return createHash('sha256').update(data).digest('hex').slice(0, 12);
}
