import { HarnessError } from '../../core/errors.ts';
import { understoodFields, type CountBody } from './request-schema.ts';

const is =
  (...values: unknown[]) =>
  (value: unknown) =>
    values.includes(value);
const isEmpty = (value: unknown) => typeof value === 'object' && Object.keys(value ?? {}).length === 0;

/** The API's defaults: a client that sends one of them loses nothing when it is ignored. Null never asks for anything. */
const asksForNothing: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ['metadata', isEmpty],
  ['service_tier', is('auto')],
  ['speed', is('standard')],
  ['mcp_servers', isEmpty],
  ['betas', isEmpty],
]);

const maxNames = 20;

/** Names come from the client and end up in a response header: only plain field names are repeated. */
function toPrintable(names: readonly string[]): string[] {
  const printable = names.map((name) => (/^[A-Za-z0-9_.[\]-]{1,64}$/.test(name) ? name : '(unprintable)'));
  return [...new Set(printable)].slice(0, maxNames);
}

/**
 * Names the fields that ask for something the harness cannot do. Under `reject` their presence is an error that names
 * them all.
 */
export function listIgnored(
  fields: Readonly<Record<string, unknown>>,
  body: CountBody,
  policy: 'ignore' | 'reject',
): string[] {
  const names = toPrintable([...ignoredAtTop(fields), ...ignoredOfOutput(body), ...ignoredOfTools(body)]);
  const [first] = names;
  if (policy === 'ignore' || first === undefined) return names;
  throw new HarnessError(
    'UNSUPPORTED_PARAMETER',
    `${first}: This service cannot honour ${names.join(', ')} and is configured to refuse such requests. Leave ${names.length === 1 ? 'it' : 'them'} out.`,
    { param: first },
  );
}

function ignoredAtTop(fields: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(fields).filter((name) => {
    const value = fields[name];
    if (understoodFields.has(name) || value === null || value === undefined) return false;
    return asksForNothing.get(name)?.(value) !== true;
  });
}

function ignoredOfOutput({ output_config: config, thinking }: CountBody): string[] {
  const others = Object.keys(config ?? {}).filter((name) => name !== 'effort' && name !== 'format');
  const display = thinking != null && 'display' in thinking && thinking.display === 'omitted';
  return [...others.map((name) => `output_config.${name}`), ...(display ? ['thinking.display'] : [])];
}

/** Both are for tools that the API runs. */
function ignoredOfTools({ tools }: CountBody): string[] {
  const isDeferred = tools?.some((tool) => tool.defer_loading === true) === true;
  const isCalledByOthers =
    tools?.some(({ allowed_callers: callers }) => callers != null && !isDirect(callers)) === true;
  return [...(isDeferred ? ['tools.defer_loading'] : []), ...(isCalledByOthers ? ['tools.allowed_callers'] : [])];
}

function isDirect(callers: unknown): boolean {
  return Array.isArray(callers) && callers.every((caller) => caller === 'direct');
}
