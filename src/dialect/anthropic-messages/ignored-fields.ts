import { HarnessError } from '../../core/errors.ts';
import { asksForNothing, withheld } from './further-fields.ts';
import { understoodFields } from './request-schema.ts';

/**
 * Names the fields that ask for something the harness cannot do. Under `reject` their presence is an error that names
 * them all.
 */
export function listIgnored(fields: Readonly<Record<string, unknown>>, policy: 'ignore' | 'reject'): string[] {
  const names = ignoredAtTop(fields);
  const [first] = names;
  if (policy === 'ignore' || first === undefined) return names;
  throw new HarnessError(
    'UNSUPPORTED_PARAMETER',
    `${first}: This service cannot honour ${names.join(', ')} and is configured to refuse such requests. Leave ${names.length === 1 ? 'it' : 'them'} out.`,
    { param: first },
  );
}

function ignoredAtTop(fields: Readonly<Record<string, unknown>>): string[] {
  return [...withheld].filter((name) => !understoodFields.has(name) && !asksForNothing(name, fields[name]));
}
