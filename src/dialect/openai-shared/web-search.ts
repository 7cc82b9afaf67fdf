import { z } from 'zod';
import type { ApiTool } from '../../core/conversation.ts';
import { text } from './function-schema.ts';
import { expected } from './schema-errors.ts';

/** The name under which the API's own search is offered, chosen and called. */
export const webSearchName = 'web_search';

/** OpenAI says how much of the prompt a search may fill; the API can only be told how often it may search. */
const maxUses = { low: 1, medium: 5, high: 10 } as const;
const sizes = ['low', 'medium', 'high'] as const satisfies readonly (keyof typeof maxUses)[];

export const searchContextSize = z.enum(sizes, { error: `must be one of ${sizes.join(', ')}.` });

const approximate = z.literal('approximate', { error: 'must be approximate.' });

/** Where the user roughly is. */
export const placeFields = {
  city: text.nullish(),
  country: text.nullish(),
  region: text.nullish(),
  timezone: text.nullish(),
};

/** A place as the Responses API has it. */
export const flatLocation = z.object(
  { type: approximate.nullish(), ...placeFields },
  { error: expected('an object of type approximate') },
);

/** A place as chat completions have it. */
export const nestedLocation = z.object(
  { type: approximate.nullish(), approximate: z.object(placeFields, { error: expected('an object') }) },
  { error: expected('an object of type approximate') },
);

export interface WebSearch {
  size: z.infer<typeof searchContextSize> | null | undefined;
  place: z.infer<z.ZodObject<typeof placeFields>> | null | undefined;
  allowedDomains?: readonly string[] | null | undefined;
  blockedDomains?: readonly string[] | null | undefined;
}

/** The API's own search. `index` is its place among all tools of the request. */
export function toWebSearchTool({ size, place, allowedDomains, blockedDomains }: WebSearch, index: number): ApiTool {
  const location = placeOf(place);
  const definition = {
    type: 'web_search_20250305',
    name: webSearchName,
    max_uses: maxUses[size ?? 'medium'],
    ...(hasSome(allowedDomains) && { allowed_domains: allowedDomains }),
    ...(hasSome(blockedDomains) && { blocked_domains: blockedDomains }),
    ...(Object.keys(location).length > 0 && { user_location: { type: 'approximate', ...location } }),
  };
  return { name: webSearchName, definition, index };
}

function placeOf(place: WebSearch['place']): Record<string, string> {
  const { city, country, region, timezone } = place ?? {};
  const fields = Object.entries({ city, country, region, timezone });
  return Object.fromEntries(fields.filter((field): field is [string, string] => field[1] != null && field[1] !== ''));
}

function hasSome(domains: readonly string[] | null | undefined): domains is readonly string[] {
  return domains != null && domains.length > 0;
}
