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

export function noncesIn(text: string): Set<string> {
  return new Set(text.match(/nonce-[0-9a-f]{12}/g));
}

/**
 * The one right answer: the nonce in every word, how many nonces the whole conversation has, and the images that came
 * with the question.
 */
export function rightAnswer({ nonce, words }: Ask, heard: number, images: readonly string[]): string {
  const body = Array.from({ length: words }, (_, n) => `${nonce.slice(-12)}.${n}`);
  return [nonce, ...body, `heard-${heard}`, ...images.map((data) => `image-${digest(data)}`)].join(' ');
}

function digest(data: string): string {
  return createHash('sha256').update(data).digest('hex').slice(0, 12);
}
