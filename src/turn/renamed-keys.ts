import type { RunTurn } from '../core/backend.ts';
import type { Conversation, JsonSchema, Message, Tool } from '../core/conversation.ts';
import { isObject } from '../core/is-object.ts';
import { parseJson } from '../core/parse-json.ts';
import { dataKeywords, isTakenName, propertyNames } from '../core/property-names.ts';
import type { TurnEvent } from '../core/turn-event.ts';

const maxSafeLength = 48;

/** The names of a tool's properties, both ways. */
interface Renaming {
  toModel: ReadonlyMap<string, string>;
  toClient: ReadonlyMap<string, string>;
}

/**
 * Gives properties whose names the API does not take, such as `$top`, `filter[id]` or `größe`, other names for the model,
 * and the client its own in calls. Only for tools that say so (`renamesKeys`); their arguments come in one piece.
 */
export function withRenamedKeys(runTurn: RunTurn): RunTurn {
  return (conversation, turn, signal) => {
    const renamings = renamingsOf(conversation.tools ?? []);
    if (renamings.size === 0) return runTurn(conversation, turn, signal);
    return clientEvents(runTurn(renamed(conversation, renamings), turn, signal), renamings);
  };
}

/** The conversation as the model gets it. */
export function withModelKeys(conversation: Conversation): Conversation {
  const renamings = renamingsOf(conversation.tools ?? []);
  return renamings.size === 0 ? conversation : renamed(conversation, renamings);
}

function renamingsOf(tools: readonly Tool[]): Map<string, Renaming> {
  const renaming = tools.filter(({ renamesKeys }) => renamesKeys === true);
  return new Map(renaming.map(({ name, inputSchema }) => [name, toRenaming(propertyNames(inputSchema))]));
}

/** A name that no property has, so that it can be told from all others wherever it stands. */
function toRenaming(names: ReadonlySet<string>): Renaming {
  const toModel = new Map<string, string>();
  const toClient = new Map<string, string>();
  for (const name of names) {
    if (isTakenName(name)) continue;
    const safe = name.replace(/[^A-Za-z0-9_.-]+/g, '_').slice(0, maxSafeLength);
    let unique = safe;
    for (let n = 1; unique === '' || names.has(unique) || toClient.has(unique); n += 1) unique = `${safe}_k${n}`;
    toModel.set(name, unique);
    toClient.set(unique, name);
  }
  return { toModel, toClient };
}

function renamed(conversation: Conversation, renamings: ReadonlyMap<string, Renaming>): Conversation {
  const tools = conversation.tools?.map((tool) => {
    const renaming = renamings.get(tool.name);
    return renaming === undefined ? tool : { ...tool, inputSchema: renamedSchema(tool.inputSchema, renaming) };
  });
  const messages = conversation.messages.map((message): Message => {
    if (message.role !== 'assistant') return message;
    const content = message.content.map((block) => {
      const renaming = block.type === 'tool_use' ? renamings.get(block.name) : undefined;
      if (block.type !== 'tool_use' || renaming === undefined) return block;
      return { ...block, input: renamedValue(block.input, renaming.toModel) as Record<string, unknown> };
    });
    return { ...message, content };
  });
  return { ...conversation, messages, ...(tools !== undefined && { tools }) };
}

function renamedSchema(schema: JsonSchema, { toModel }: Renaming): JsonSchema {
  const change = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(change);
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]): [string, unknown] => {
        if (key === 'properties' && isObject(inner)) return [key, mapKeys(inner, toModel, change)];
        if (key === 'required' && Array.isArray(inner))
          return [key, inner.map((name: unknown) => toModel.get(String(name)) ?? name)];
        return [key, dataKeywords.has(key) ? inner : change(inner)];
      }),
    );
  };
  return change(schema) as JsonSchema;
}

function renamedValue(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((one) => renamedValue(one, names));
  return isObject(value) ? mapKeys(value, names, (one) => renamedValue(one, names)) : value;
}

function mapKeys(
  object: Readonly<Record<string, unknown>>,
  names: ReadonlyMap<string, string>,
  change: (value: unknown) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [names.get(key) ?? key, change(value)]));
}

async function* clientEvents(
  events: AsyncIterable<TurnEvent>,
  renamings: ReadonlyMap<string, Renaming>,
): AsyncGenerator<TurnEvent, void, void> {
  /** The calls that are being written. */
  const open = new Map<number, { renaming: Renaming; json: string }>();
  for await (const event of events) {
    const call = 'id' in event ? open.get(event.id) : undefined;
    if (event.type === 'restart') open.clear();
    if (event.type === 'block_start' && event.block.type === 'tool_use') {
      const renaming = renamings.get(event.block.name);
      if (renaming !== undefined) open.set(event.id, { renaming, json: '' });
    }
    if (event.type === 'input' && call !== undefined) {
      call.json += event.json;
      continue;
    }
    if (event.type === 'block_stop' && call !== undefined && call.json !== '') {
      yield { type: 'input', id: event.id, json: clientJson(call.json, call.renaming) };
    }
    yield event;
  }
}

/** Arguments that are no JSON stay as they are. */
function clientJson(json: string, { toClient }: Renaming): string {
  const value = parseJson(json);
  return value === undefined ? json : JSON.stringify(renamedValue(value, toClient));
}
