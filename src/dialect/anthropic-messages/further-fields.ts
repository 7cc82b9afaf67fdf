import { without } from '../../core/without.ts';
import { understoodFields, type CountBody } from './request-schema.ts';

const is =
  (...values: unknown[]) =>
  (value: unknown) =>
    values.includes(value);
const isEmpty = (value: unknown) => typeof value === 'object' && Object.keys(value ?? {}).length === 0;

/** The API's defaults. Some of these fields it takes from those only who have asked for more in a header. */
const defaults: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ['temperature', is(1)],
  ['top_p', is(1)],
  ['metadata', isEmpty],
  ['service_tier', is('auto')],
  ['speed', is('standard')],
  ['mcp_servers', isEmpty],
  ['betas', isEmpty],
]);

/** Whether a client that sends this loses nothing when it is left out. Null never asks for anything. */
export function asksForNothing(name: string, value: unknown): boolean {
  return value === null || value === undefined || defaults.get(name)?.(value) === true;
}

/** What a backend must not be sent: `betas` is a header, and the others are not passed on yet. */
export const withheld: ReadonlySet<string> = new Set(['temperature', 'top_p', 'top_k', 'betas']);

/**
 * Fields that the harness does not act upon, for the API to judge; `undefined` where there are none. Fields that are
 * newer than the harness are among them.
 */
export function furtherFields(
  fields: Readonly<Record<string, unknown>>,
  { cache_control: mark, output_config: config, thinking }: CountBody,
): Record<string, unknown> | undefined {
  const others = Object.entries(fields).filter(
    ([name, value]) => !understoodFields.has(name) && !withheld.has(name) && !asksForNothing(name, value),
  );
  const output = without(config ?? {}, 'effort', 'format');
  const display = thinking != null && 'display' in thinking ? thinking.display : undefined;
  const extra = {
    ...Object.fromEntries(others),
    ...(mark != null && { cache_control: mark }),
    ...(Object.keys(output).length > 0 && { output_config: output }),
    ...(display != null && { thinking: { display } }),
  };
  return Object.keys(extra).length > 0 ? extra : undefined;
}
