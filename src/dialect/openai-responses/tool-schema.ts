import { z } from 'zod';
import { functionFields, text, toolName } from '../openai-shared/function-schema.ts';
import { expected, expectedKind } from '../openai-shared/schema-errors.ts';
import { allowedToolsFields, toolChoiceOf } from '../openai-shared/tool-choice-schema.ts';
import { flatLocation, searchContextSize } from '../openai-shared/web-search.ts';

/** The names that OpenAI has given its search over time. */
const searchType = z.enum(
  ['web_search', 'web_search_2025_08_26', 'web_search_preview', 'web_search_preview_2025_03_11'],
  { error: 'must be function or web_search.' },
);

const functionTool = z.object({ type: z.literal('function'), ...functionFields });

const domains = z.array(text, { error: expected('a list of domains') });

// Loose: what is not known has no effect, and is named.
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

const tool = z.discriminatedUnion('type', [functionTool, searchTool], {
  error: expectedKind(
    'an object with a type',
    'function',
    'web_search: the service runs no other tools and does not support custom ones',
  ),
});

export type ToolParam = z.infer<typeof tool>;
export type SearchTool = z.infer<typeof searchTool>;

export const tools = z.array(tool, { error: expected('a list of tools') });

const namedFunction = z.object({ type: z.literal('function'), name: toolName });
const search = z.object({ type: searchType });
const reference = z.discriminatedUnion('type', [namedFunction, search], {
  error: expectedKind('an object with a type', 'function', 'web_search'),
});

export const toolChoice = toolChoiceOf(
  [namedFunction, z.object({ type: z.literal('allowed_tools'), ...allowedToolsFields(reference) }), search],
  'function',
  'allowed_tools',
  'web_search',
);

export type ToolReference = z.infer<typeof reference>;

export type ToolChoiceField = z.infer<typeof toolChoice>;
