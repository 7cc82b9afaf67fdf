import { HarnessError } from '../../core/errors.ts';

const isAbsent = (value: unknown) => value === undefined || value === null;
const isAbsentOr = (allowed: unknown) => (value: unknown) => isAbsent(value) || value === allowed;
const isEmpty = (value: unknown) => isAbsent(value) || (Array.isArray(value) && value.length === 0);
const callsNoTool = (value: unknown) => isAbsent(value) || value === 'none' || value === 'auto';
const stopsNowhere = (value: unknown) =>
  isAbsentOr('')(value) || (Array.isArray(value) && value.every((stop) => stop === ''));
const isText = (value: unknown) =>
  isAbsent(value) || (typeof value === 'object' && (value as { type?: unknown }).type === 'text');
const isTextOnly = (value: unknown) =>
  isAbsent(value) || (Array.isArray(value) && value.every((modality) => modality === 'text'));

/** What changes the answer's meaning or shape, with the values that the harness serves all the same. */
const servedValues: readonly (readonly [name: string, isServed: (value: unknown) => boolean])[] = [
  ['tools', isEmpty],
  ['functions', isEmpty],
  ['tool_choice', callsNoTool],
  ['function_call', callsNoTool],
  ['response_format', isText],
  ['stop', stopsNowhere],
  ['n', isAbsentOr(1)],
  ['modalities', isTextOnly],
  ['audio', isAbsent],
  ['web_search_options', isAbsent],
];

/** Fields that are checked here, so that nobody else calls them unknown. */
export const checkedFields: ReadonlySet<string> = new Set(servedValues.map(([name]) => name));

/**
 * Refuses what cannot be left out without the client noticing: an answer without the tools, the format or the stop
 * sequence that were asked for would look right and be wrong. One error names every such field.
 */
export function refuseUnsupported(body: Readonly<Record<string, unknown>>): void {
  const names = servedValues.filter(([name, isServed]) => !isServed(body[name])).map(([name]) => name);
  const [first] = names;
  if (first === undefined) return;
  throw new HarnessError('UNSUPPORTED_PARAMETER', `Not supported by this service: ${names.join(', ')}. Leave it out.`, {
    param: first,
  });
}
