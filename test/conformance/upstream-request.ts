import type { RecordedRequest } from '../../src/stand-in/exchange.ts';
import { conversationOf, systemOf } from '../support/upstream.ts';
import { askedSchema } from '../support/structured-answer.ts';
import { joinTurns, type Said, type SeenRequest, type ToolCall } from './script.ts';

/** Before each tool's name, as a backend sends it: the CLI's, and none where the request goes to the API directly. */
export type NamePrefix = 'mcp__client__' | '';

interface UpstreamTools {
  tools?: { name: string; input_schema?: unknown }[];
  tool_choice?: { type: 'auto' | 'any' | 'none' | 'tool'; name?: string; disable_parallel_tool_use?: boolean };
}

type Content = ReturnType<typeof conversationOf>[number]['content'];
type Block = Exclude<Content[number], string>;

/** The name under which the model sees a tool of the client; only the beginning of one that is too long for the API. */
export function upstreamName(name: string, { body }: RecordedRequest, prefix: NamePrefix): string {
  const names = ((body as UpstreamTools).tools ?? []).map((tool) => tool.name);
  const full = prefix + name;
  return names.find((known) => known === full) ?? names.find((known) => known.startsWith(full.slice(0, 50))) ?? full;
}

/** What reached the model, read from what the CLI sent to the Messages API. */
export function fromUpstream(request: RecordedRequest, prefix: NamePrefix): SeenRequest {
  const clientName = nameWithout(prefix);
  const { tools = [], tool_choice: choice } = request.body as UpstreamTools;
  return {
    conversation: joinTurns([
      ...systemOf(request).map((text) => ({ role: 'system' as const, text })),
      ...conversationOf(request).flatMap(({ role, content }) => saidIn(role, content, clientName)),
    ]),
    tools: tools
      .filter(({ name }) => name !== 'StructuredOutput')
      .map(({ name, input_schema }) => ({ name: clientName(name), parameters: input_schema })),
    choice: choiceOf(choice, clientName),
    parallel: choice?.disable_parallel_tool_use !== true,
    stops: stopSequencesOf(request),
    schema: askedSchema(request),
  };
}

/** What the API itself is to stop at. */
export function stopSequencesOf({ body }: RecordedRequest): string[] {
  return (body as { stop_sequences?: string[] }).stop_sequences ?? [];
}

/** What tells the CLI process of one request from all others; requests that go to the API directly have none. */
export function processOf({ body }: RecordedRequest): string | undefined {
  return (body as { metadata?: { user_id: string } }).metadata?.user_id;
}

type ClientName = (name: string) => string;

function choiceOf(choice: UpstreamTools['tool_choice'], clientName: ClientName): SeenRequest['choice'] {
  const type = choice?.type ?? 'auto';
  switch (type) {
    case 'any':
      return 'required';
    case 'tool':
      return { tool: clientName(choice?.name ?? '') };
    case 'none':
    case 'auto':
      return type;
    default:
      return type satisfies never;
  }
}

/** Tool results come before whatever else the user says. */
function saidIn(role: string, content: Content, clientName: ClientName): Said[] {
  const text = content.filter((block) => typeof block === 'string').join('');
  const blocks = blocksOf(content);
  if (role === 'assistant') {
    return [
      { role, text, calls: blocks.filter(({ type }) => type === 'tool_use').map((block) => callIn(block, clientName)) },
    ];
  }
  const results = blocks.filter(({ type }) => type === 'tool_result').map(resultIn);
  return text === '' ? results : [...results, { role: 'user', text }];
}

function callIn({ id, name, input }: Block, clientName: ClientName): ToolCall {
  return { id: id as string, name: clientName(name as string), input: input as Record<string, unknown> };
}

function resultIn({ tool_use_id, content }: Block): Said {
  return { role: 'tool', id: tool_use_id as string, text: resultText(content as string | { text: string }[]) };
}

/** Newer CLIs put a note of their own into the last result, and a line break before it, which stays (seen in 2.1.330). */
function resultText(content: string | { text: string }[]): string {
  return typeof content === 'string'
    ? content
    : content
        .map(({ text }) => text)
        .join('')
        .replace(/\n$/, '');
}

function blocksOf(content: Content): Block[] {
  return content.filter((block) => typeof block !== 'string');
}

/** A name without the prefix stands as it is, so that no expectation of a test can be met by it by mistake. */
function nameWithout(prefix: NamePrefix): ClientName {
  return (name) => (name.startsWith(prefix) ? name.slice(prefix.length) : `(not the client's) ${name}`);
}
