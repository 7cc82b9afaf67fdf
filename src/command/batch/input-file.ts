import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod';
import { readTextLines } from '../../util/text-lines.ts';
import { forPeople } from '../for-people.ts';

/** As large as a request can be anywhere. */
export const maxLineBytes = 256 * 1024 ** 2;

const line = z.union([
  z
    .looseObject({ custom_id: z.string(), params: z.looseObject({}) })
    .transform(() => ({ family: 'anthropic' }) as const),
  z
    .looseObject({ custom_id: z.string(), url: z.string(), body: z.looseObject({}) })
    .transform(({ url }) => ({ family: 'openai', url }) as const),
]);

/** The API whose requests a file has, and for OpenAI's the endpoint that they are for. */
export interface FirstLine {
  family: 'anthropic' | 'openai';
  url?: string;
}

/** What the first line of a file of requests says of all. Throws where it is no request of either API. */
export async function firstLineOf(path: string): Promise<FirstLine> {
  for await (const { text = '', number } of readTextLines(createReadStream(path), maxLineBytes)) {
    if (number > 1 && text.trim() === '') continue;
    const parsed = line.safeParse(toJson(text));
    if (parsed.success) return parsed.data;
    break;
  }
  throw forPeople(
    `${path} is not a file of requests. Each line must be a JSON object: {"custom_id", "params"} as of Anthropic's Message Batches, or {"custom_id", "method", "url", "body"} as of OpenAI's.`,
  );
}

/** In hex. */
export async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
