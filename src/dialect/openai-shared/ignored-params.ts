import { HarnessError } from '../../core/errors.ts';
import { toPrintableNames } from '../../core/printable-names.ts';

const is =
  (...values: unknown[]) =>
  (value: unknown) =>
    values.includes(value);
const isPlainStream = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  (!('include_obfuscation' in value) || value.include_obfuscation !== true);
const isEmptyObject = (value: unknown) => typeof value === 'object' && Object.keys(value ?? {}).length === 0;

/** OpenAI's defaults: a client that sends one of them loses nothing when it is ignored. Null never asks for anything. */
const asksForNothing: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ['frequency_penalty', is(0)],
  ['presence_penalty', is(0)],
  ['repetition_penalty', is(1)],
  ['logprobs', is(false)],
  ['top_logprobs', is(0)],
  ['logit_bias', isEmptyObject],
  ['metadata', isEmptyObject],
  ['store', is(false)],
  ['service_tier', is('auto', 'default')],
  ['verbosity', is('medium')],
  ['truncation', is('disabled')],
  ['stream_options', isPlainStream],
]);

function hasEffect(name: string, value: unknown): boolean {
  if (value === null || value === undefined) return false;
  return asksForNothing.get(name)?.(value) !== true;
}

/**
 * Names the top-level fields that ask for something the harness cannot do (those beside `understood`), followed by
 * `others` found deeper down. Under `reject` their presence is an error that names them all.
 */
export function listIgnored(
  body: Readonly<Record<string, unknown>>,
  understood: ReadonlySet<string>,
  others: readonly string[],
  policy: 'ignore' | 'reject',
): string[] {
  const topLevel = Object.keys(body).filter((name) => !understood.has(name) && hasEffect(name, body[name]));
  const names = toPrintableNames([...topLevel, ...others]);
  const [first] = names;
  if (policy === 'ignore' || first === undefined) return names;
  throw new HarnessError(
    'UNSUPPORTED_PARAMETER',
    `This service cannot honour ${names.join(', ')} and is configured to refuse such requests. Leave ${names.length === 1 ? 'it' : 'them'} out.`,
    { param: first },
  );
}
