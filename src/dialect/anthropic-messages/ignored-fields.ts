import { allowIgnored } from '../anthropic-shared/allow-ignored.ts';
import { asksForNothing, withheld } from './further-fields.ts';
import { understoodFields } from './request-schema.ts';

/**
 * Names the fields that ask for something the harness cannot do. Under `reject` their presence is an error that names
 * them all.
 */
export function listIgnored(fields: Readonly<Record<string, unknown>>, policy: 'ignore' | 'reject'): string[] {
  return allowIgnored(ignoredAtTop(fields), policy);
}

function ignoredAtTop(fields: Readonly<Record<string, unknown>>): string[] {
  return [...withheld].filter((name) => !understoodFields.has(name) && !asksForNothing(name, fields[name]));
}
