import { isObject } from '../core/is-object.ts';
import { createHash } from 'node:crypto';
import type { ApiTool, Conversation, Tool } from '../core/conversation.ts';
import { answerTool } from './answer-tool.ts';

/**
 * The CLI shows a client's tools to the model under this prefix; with it, they are never mistaken for tools of the CLI
 * that have the same name, such as `Bash`.
 */
const prefix = 'mcp__client__';

/** The API refuses longer names. */
const maxLength = 64;
const hashLength = 8;

/** The name under which the model knows a tool: the same for the same tool in every request. */
export type ToModelName = (name: string) => string;

/** Through the CLI. */
export const toCliName: ToModelName = (name) => bounded(prefix + name, name);

/** Straight to the API, where nothing but the harness's own tool could be mistaken for the client's. */
export const toOwnName: ToModelName = (name) => (name === answerTool.name ? toCliName(name) : bounded(name, name));

function bounded(full: string, name: string): string {
  if (full.length <= maxLength) return full;
  return `${full.slice(0, maxLength - hashLength - 1)}_${hash(name, hashLength)}`;
}

/** A call's id as the API accepts it: a conversation may come from another model, whose ids have other characters. */
export function toModelCallId(id: string): string {
  return /^[A-Za-z0-9_-]+$/.test(id) ? id : `call_${hash(id, 24)}`;
}

/** The names of a conversation's tools: those that the API itself defines keep theirs. */
export function modelNames({ apiTools = [] }: Pick<Conversation, 'apiTools'>, toModelName: ToModelName): ToModelName {
  if (apiTools.length === 0) return toModelName;
  const kept = new Set(apiTools.map(({ name }) => name));
  return (name) => (kept.has(name) ? name : toModelName(name));
}

/** The reverse, for the tools that the client offers; names that the model makes up lose the prefix. */
export function clientNames(
  tools: readonly Tool[],
  toModelName: ToModelName,
  apiTools: readonly ApiTool[] = [],
): (modelName: string) => string {
  const names = new Map(tools.map(({ name }) => [toModelName(name), name]));
  for (const { name } of apiTools) if (name !== undefined) names.set(name, name);
  return (modelName) =>
    names.get(modelName) ?? (modelName.startsWith(prefix) ? modelName.slice(prefix.length) : modelName);
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * A block that is passed on as it is, but for what refers to a client's tool by its name: what a search for tools has
 * found, and what a client's own search gives back.
 */
export function withToolNames(block: Fields, toName: (name: string) => string): Fields {
  if (block['type'] === 'tool_reference' && typeof block['tool_name'] === 'string') {
    return { ...block, tool_name: toName(block['tool_name']) };
  }
  if (block['type'] !== 'tool_search_tool_result') return block;
  const { content } = block;
  if (!isObject(content) || !Array.isArray(content['tool_references'])) return block;
  const found = content['tool_references'].map((found: unknown) =>
    isObject(found) ? withToolNames(found, toName) : found,
  );
  return { ...block, content: { ...content, tool_references: found } };
}

function hash(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}
