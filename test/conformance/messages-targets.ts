import type { Answer, Behaviour } from '../../src/stand-in/behaviour.ts';
import type { RecordedRequest } from '../../src/stand-in/exchange.ts';
import { startStandIn, type StandIn } from '../../src/stand-in/stand-in.ts';
import { isOtherCli } from '../support/cli-under-test.ts';
import { startHarness, withDirect } from '../support/harness.ts';
import { conversationOf, systemOf } from '../support/upstream.ts';
import { complaintAbout } from './api-rules.ts';
import { upstreamName } from './upstream-request.ts';

/** What reached the model of a Messages request, without what the CLI adds. */
export interface SeenPrompt {
  system: string[];
  messages: { role: string; content: unknown[] }[];
  tools: { name: string; description?: string; input_schema: unknown }[];
  tool_choice: unknown;
  max_tokens: unknown;
  thinking: unknown;
  stop_sequences: unknown;
}

/** A server for clients of Anthropic, with a model that says what the test wants. */
export interface MessagesTarget {
  name: string;
  /** Without the `/v1` that the official client adds. */
  baseURL: string;
  /** What the model does from now on, request by request; the names of tools are the client's. */
  behave(behaviours: readonly Behaviour[]): void;
  /** What reached the model since the last `behave`, oldest first. */
  prompts(): SeenPrompt[];
  stop(): Promise<void>;
}

/** Each test runs on all: first on the API's stand-in itself, so that it expects nothing that the API does not give. */
export const messagesTargets = [
  { name: 'stand-in', start: startAlone },
  { name: 'harness', start: startHarnessTarget },
  { name: 'direct backend', start: startDirectBackend },
].filter(({ name }) => !isOtherCli || name === 'harness');

async function startAlone(): Promise<MessagesTarget> {
  const standIn = await startStandIn();
  return { name: 'stand-in', baseURL: standIn.url, ...watch(standIn), stop: () => standIn.stop() };
}

async function startHarnessTarget(): Promise<MessagesTarget> {
  const harness = await startHarness();
  return { name: 'harness', baseURL: harness.url, ...watch(harness.standIn), stop: () => harness.stop() };
}

async function startDirectBackend(): Promise<MessagesTarget> {
  const harness = await startHarness(undefined, { ...withDirect, pool: { warm_per_model: 0, max_warm: 0 } });
  const baseURL = `${harness.url}/api`;
  return { name: 'direct backend', baseURL, ...watch(harness.standIn), stop: () => harness.stop() };
}

function watch(standIn: StandIn): Pick<MessagesTarget, 'behave' | 'prompts'> {
  let requests: RecordedRequest[] = [];
  return {
    behave(behaviours) {
      requests = [];
      standIn.behave((request) => {
        const complaint = complaintAbout(request.body);
        if (complaint !== undefined) return { kind: 'error', status: 400, message: complaint };
        const behaviour = behaviours[Math.min(requests.length, behaviours.length - 1)];
        requests.push(request);
        return behaviour?.kind === 'answer' ? withNames(behaviour, request) : (behaviour ?? { kind: 'hang' });
      });
    },
    prompts: () => requests.map(toPrompt),
  };
}

function withNames(answer: Answer, request: RecordedRequest): Answer {
  const { toolUses } = answer;
  if (toolUses === undefined) return answer;
  return { ...answer, toolUses: toolUses.map((use) => ({ ...use, name: sentName(use.name, request) })) };
}

/** The stand-in knows a tool by the name that it was sent with. */
function sentName(name: string, request: RecordedRequest): string {
  const { tools = [] } = request.body as { tools?: { name: string }[] };
  return tools.some((tool) => tool.name === name) ? name : upstreamName(name, request, 'mcp__client__');
}

function toPrompt(request: RecordedRequest): SeenPrompt {
  const body = request.body as Partial<Omit<SeenPrompt, 'system'>> & { system?: string | object[] };
  const { tools = [], max_tokens, thinking, stop_sequences, tool_choice } = body;
  return {
    system: typeof body.system === 'string' ? [body.system] : body.system === undefined ? [] : systemOf(request),
    messages: withoutPrefix(conversationOf(request)).map(withBlocks),
    tools: withoutPrefix(tools).map(withoutCacheMark),
    tool_choice: withoutPrefix(tool_choice),
    max_tokens,
    thinking,
    stop_sequences,
  };
}

/**
 * Results of tools as blocks, which a string stands for as well. Newer CLIs put a note of their own into the last one,
 * and a line break before it, which stays (seen in 2.1.330).
 */
function withBlocks({ role, content }: SeenPrompt['messages'][number]): SeenPrompt['messages'][number] {
  const blocks = content.map((block) => {
    const { type, content: result } = block as { type?: string; content?: string | { text: string }[] };
    if (type !== 'tool_result' || result === undefined) return block;
    const texts = typeof result === 'string' ? [{ type: 'text', text: result }] : result;
    return { ...(block as object), content: texts.map((part) => ({ ...part, text: part.text.replace(/\n$/, '') })) };
  });
  return { role, content: blocks };
}

function withoutCacheMark<Tool extends object>(tool: Tool): Tool {
  const rest: Tool & { cache_control?: unknown } = { ...tool };
  delete rest.cache_control;
  return rest;
}

/** In names only: the prefix is never part of what anyone says. */
function withoutPrefix<Value>(value: Value): Value {
  if (value === undefined) return value;
  return JSON.parse(JSON.stringify(value).replaceAll('"name":"mcp__client__', '"name":"')) as Value;
}
