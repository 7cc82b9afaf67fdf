import { type Entry, fieldOf, textOf } from './entry.ts';

/** What follows the origin of a provider's address, such as `/v1`, when the siblings are looked at. */
type Suffix = `/v1${'' | '/chat/completions'}${'' | '/'}` | '' | '/';

/** APIs that are not OpenAI's, by type or host: how their addresses end says nothing about ours. */
const foreignType = /anthropic|claude|gemini|google|vertex|bedrock|azure|cohere|ollama|huggingface/i;
const foreignHost = /(anthropic|googleapis|azure|amazonaws|cohere|huggingface)\.(com|ai|co)$/i;

/** Whether a provider speaks an API other than OpenAI's, as far as its type and its address tell. */
export function isForeign(entry: Entry): boolean {
  const url = parseUrl(textOf(fieldOf(entry, 'url')));
  if (foreignHost.test(url?.hostname ?? '')) return true;
  return foreignType.test(textOf(fieldOf(entry, 'type')) ?? litellmProvider(entry) ?? '');
}

/** Whether a provider is OpenAI itself. */
export function isOpenAi(entry: Entry): boolean {
  return /(^|\.)openai\.com$/i.test(parseUrl(textOf(fieldOf(entry, 'url')))?.hostname ?? '');
}

/** LiteLLM says which API it is before the model's name: `anthropic/claude-sonnet-4`. */
function litellmProvider(entry: Entry): string | undefined {
  const model = fieldOf(entry, 'model');
  return model?.path.length === 2 ? textOf(model)?.split('/')[0] : undefined;
}

/**
 * How this router wants an address to end, after the majority of its OpenAI providers (of all, where it has none): with
 * or without `/v1`, a slash at the end, or the path of chat completions. `/v1` where they are even.
 */
export function addressSuffix(siblings: readonly Entry[]): Suffix {
  const own = siblings.filter((entry) => !isForeign(entry));
  const suffixes = (own.length > 0 ? own : siblings)
    .map((entry) => textOf(fieldOf(entry, 'url')))
    .filter((address) => address !== undefined && parseUrl(address) !== undefined)
    .map(suffixOf);
  const counts = new Map<Suffix, number>([['/v1', 0]]);
  for (const suffix of suffixes) counts.set(suffix, (counts.get(suffix) ?? 0) + 1);
  return [...counts].reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}

/** The origin of an address, `http://127.0.0.1:8013`; undefined for what is none, such as a variable. */
export function originOf(address: string | undefined): string | undefined {
  return parseUrl(address)?.origin;
}

/** The same path on another origin. */
export function moveTo(origin: string, address: string): string {
  return origin + address.replace(/^[a-z]+:\/\/[^/]*/i, '');
}

function suffixOf(address = ''): Suffix {
  const path = moveTo('', address);
  const slash = path.endsWith('/') ? '/' : '';
  if (/\/chat\/completions\/?$/.test(path)) return `/v1/chat/completions${slash}`;
  return /\/v\d+\w*\/?$/.test(path) ? `/v1${slash}` : slash;
}

function parseUrl(address: string | undefined): URL | undefined {
  if (address === undefined || !/^https?:/i.test(address) || !URL.canParse(address)) return undefined;
  return new URL(address);
}
