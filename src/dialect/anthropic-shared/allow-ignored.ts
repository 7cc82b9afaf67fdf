import { HarnessError } from '../../core/errors.ts';

/** Gives the names of fields that have no effect. Throws `UNSUPPORTED_PARAMETER` with all of them under `reject`. */
export function allowIgnored(names: string[], policy: 'ignore' | 'reject'): string[] {
  const [first] = names;
  if (policy === 'ignore' || first === undefined) return names;
  throw new HarnessError(
    'UNSUPPORTED_PARAMETER',
    `${first}: This service cannot honour ${names.join(', ')} and is configured to refuse such requests. Leave ${names.length === 1 ? 'it' : 'them'} out.`,
    { param: first },
  );
}
