import { createHash } from 'node:crypto';
import { isObject } from '../../core/is-object.ts';

/** Of a request that names no model; the configured one answers it. */
export const unnamedModel = '(default)';

const maxModelLength = 256;
/** How much of what is said first counts: prompts that begin alike begin with a document, or with instructions. */
const firstChars = 2048;
const lowBits = 21;

/** By what requests are put in order: those that share a part of their prompt, and so of the prompt cache, come together. */
export interface PromptPlace {
  model: string;
  /** A number below 2^53: the upper bits are of what processes are set up with, the lower ones of what is said first. */
  prefix: number;
}

/** Of any endpoint's body; of one that makes no sense, some place. */
export function promptPlace(body: unknown): PromptPlace {
  if (!isObject(body)) return { model: unnamedModel, prefix: 0 };
  const { model, system, instructions, tools, messages, input, prompt } = body;
  const said: unknown[] = [messages, input, prompt].find(Array.isArray) ?? [input ?? prompt];
  const leading = said.findIndex((message) => !isInstruction(message));
  const setup = [system, instructions, tools, leading < 0 ? said : said.slice(0, leading)];
  const first = leading < 0 ? undefined : said[leading];
  return {
    model: typeof model === 'string' && model !== '' ? model.slice(0, maxModelLength) : unnamedModel,
    prefix: hash(setup) * 2 ** lowBits + (hash(first, firstChars) >>> (32 - lowBits)),
  };
}

function isInstruction(message: unknown): boolean {
  return isObject(message) && (message['role'] === 'system' || message['role'] === 'developer');
}

/** 32 bits. */
function hash(value: unknown, maxChars?: number): number {
  const text = JSON.stringify(value ?? null).slice(0, maxChars);
  return createHash('sha256').update(text).digest().readUInt32BE();
}
