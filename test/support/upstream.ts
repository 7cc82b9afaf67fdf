import type { RecordedRequest } from '../../src/stand-in/exchange.ts';

interface Block {
  type: string;
  text?: string;
  [field: string]: unknown;
}

interface UpstreamBody {
  model: string;
  max_tokens: number;
  system?: { type: 'text'; text: string }[];
  messages: { role: string; content: string | Block[] }[];
  thinking?: { type: string; budget_tokens?: number };
  output_config?: { effort?: string };
  tools?: { name: string; description?: string; input_schema: object }[];
  tool_choice?: object;
  stop_sequences?: string[];
}

/** What was sent to the API. */
export function upstreamBody(request: RecordedRequest | undefined): UpstreamBody {
  if (request === undefined) throw new Error('no request reached the API');
  return request.body as UpstreamBody;
}

/**
 * The client's conversation as the API saw it: messages without the notes that the CLI adds in blocks of their own
 * (date, environment), without its cache marks, and with plain text as a string.
 */
export function conversationOf(request: RecordedRequest | undefined): { role: string; content: (string | Block)[] }[] {
  return upstreamBody(request)
    .messages.filter(({ role }) => role !== 'system')
    .map(({ role, content }) => ({
      role,
      content: (typeof content === 'string' ? [{ type: 'text', text: content }] : content)
        .filter((block) => !isNote(block))
        .map(withoutNotes)
        .map(withoutCacheMark),
    }))
    .filter(({ content }) => content.length > 0);
}

/** The text that the client asked last. */
export function questionOf(request: RecordedRequest | undefined): string {
  const last = conversationOf(request).at(-1)?.content.at(-1);
  if (typeof last !== 'string') throw new Error('the last block is no text');
  return last;
}

/** The client's system prompts: what stands behind the CLI's own two lines. */
export function systemOf(request: RecordedRequest | undefined): string[] {
  const { system = [] } = upstreamBody(request);
  return system
    .map(({ text }) => text)
    .filter((text) => !text.startsWith('x-anthropic-billing-header') && !text.startsWith('You are a Claude agent'));
}

function isNote({ text }: Block): boolean {
  return text?.startsWith('<system-reminder>') === true;
}

/** Where the last message answers a tool call, CLI 2.1.329 puts its note into the result; 2.1.197 does not. */
function withoutNotes(block: Block): Block {
  const { content } = block;
  return Array.isArray(content) ? { ...block, content: (content as Block[]).filter((part) => !isNote(part)) } : block;
}

function withoutCacheMark(block: Block): string | Block {
  const rest = { ...block };
  delete rest['cache_control'];
  return rest.type === 'text' && rest.text !== undefined ? rest.text : rest;
}
