import { z } from 'zod';
import { functionFields, text, toolName } from '../openai-shared/function-schema.ts';
import { expected, expectedKind } from '../openai-shared/schema-errors.ts';
import { allowedToolsFields, toolChoiceOf } from '../openai-shared/tool-choice-schema.ts';
import { flatLocation, searchContextSize } from '../openai-shared/web-search.ts';

/** The names that OpenAI has given its search over time. */
const searchType = z.enum([
  'web_search',
  'web_search_2025_08_26',
  'web_search_preview',
  'web_search_preview_2025_03_11',
]);

const functionTool = z.object({ type: z.literal('function'), ...functionFields });

// Loose, here and below: what is not known has no effect.
const customTool = z.looseObject({
  type: z.literal('custom'),
  name: toolName,
  description: text.nullish(),
  format: z
    .looseObject({ type: text, syntax: text.nullish(), definition: text.nullish() }, { error: expected('an object') })
    .nullish(),
});

const groupedTool = z.discriminatedUnion('type', [functionTool, customTool], {
  error: expectedKind('an object with a type', 'function', 'custom'),
});

const namespaceTool = z.looseObject({
  type: z.literal('namespace'),
  name: toolName,
  description: text.nullish(),
  tools: z.array(groupedTool, { error: expected('a list of tools') }),
});

/** Tools that OpenAI defines and the client runs. */
const localShell = z.looseObject({ type: z.literal('local_shell') });
const applyPatch = z.looseObject({ type: z.literal('apply_patch') });

const domains = z.array(text, { error: expected('a list of domains') });

const searchTool = z.looseObject({
  type: searchType,
  search_context_size: searchContextSize.nullish(),
  user_location: flatLocation.nullish(),
  filters: z
    .looseObject(
      { allowed_domains: domains.nullish(), blocked_domains: domains.nullish() },
      { error: expected('an object') },
    )
    .nullish(),
});

/** A tool that OpenAI runs, or one that is newer than this service, under the type that the client gave. */
const unservedTool = z.object({ type: z.literal('unserved'), given: text });

const served = [functionTool, customTool, namespaceTool, localShell, applyPatch, searchTool] as const;
const servedTypes: ReadonlySet<string> = new Set([
  'function',
  'custom',
  'namespace',
  'local_shell',
  'apply_patch',
  ...searchType.options,
]);

/** Clients such as Codex offer in every request what OpenAI runs for them: that must not cost them the answer. */
function toKnown(tool: unknown): unknown {
  if (typeof tool !== 'object' || tool === null || !('type' in tool) || typeof tool.type !== 'string') return tool;
  return servedTypes.has(tool.type) ? tool : { type: 'unserved', given: tool.type };
}

const known = z.discriminatedUnion('type', [...served, unservedTool], {
  error: expectedKind('an object with a type', 'function', 'custom', 'namespace', 'web_search'),
});
const otherType = z.looseObject({ type: text.meta({ not: { enum: [...servedTypes] } }) });
const tool = z.preprocess(toKnown, known).meta({ wire: z.union([...served, otherType]) });

export type ToolParam = z.infer<typeof known>;
export type SearchTool = z.infer<typeof searchTool>;
export type CustomTool = z.infer<typeof customTool>;
export type GroupedTool = z.infer<typeof groupedTool>;

export const tools = z.array(tool, { error: expected('a list of tools') });

const namedFunction = z.looseObject({ type: z.literal('function'), name: toolName, namespace: toolName.nullish() });
const namedCustom = z.looseObject({ type: z.literal('custom'), name: toolName, namespace: toolName.nullish() });
const search = z.object({ type: searchType });
const kinds = [namedFunction, namedCustom, localShell, applyPatch, search] as const;
const kindNames = ['function', 'custom', 'local_shell', 'apply_patch', 'web_search'];

const knownReference = z.discriminatedUnion('type', [...kinds, unservedTool], {
  error: expectedKind('an object with a type', ...kindNames),
});
const reference = z.preprocess(toKnown, knownReference).meta({ wire: z.union([...kinds, otherType]) });

export const toolChoice = toolChoiceOf(
  [...kinds, z.object({ type: z.literal('allowed_tools'), ...allowedToolsFields(reference) })],
  ...kindNames,
  'allowed_tools',
);

export type ToolReference = z.infer<typeof knownReference>;

export type ToolChoiceField = z.infer<typeof toolChoice>;
