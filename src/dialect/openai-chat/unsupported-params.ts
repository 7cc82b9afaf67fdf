import { HarnessError } from '../../core/errors.ts';

const isAbsent = (value: unknown) => value === undefined || value === null;
const isTextOnly = (value: unknown) =>
  isAbsent(value) || (Array.isArray(value) && value.every((modality) => modality === 'text'));

/** Fields that change the answer's meaning or shape, with the values that the harness supports all the same. */
const servedValues: readonly (readonly [name: string, isServed: (value: unknown) => boolean])[] = [
  ['modalities', isTextOnly],
  ['audio', isAbsent],
];

/** Fields that are checked here and must not be reported as unknown elsewhere. */
export const checkedFields: ReadonlySet<string> = new Set(servedValues.map(([name]) => name));

/**
 * Refuses fields that cannot be ignored without misleading the client: an answer in a form other than the one that was
 * asked for would look right and be wrong. One error names every such field.
 */
export function refuseUnsupported(body: Readonly<Record<string, unknown>>): void {
  const names = servedValues.filter(([name, isServed]) => !isServed(body[name])).map(([name]) => name);
  const [first] = names;
  if (first === undefined) return;
  throw new HarnessError(
    'UNSUPPORTED_PARAMETER',
    `Not supported by this service: ${names.join(', ')}. Leave ${names.length === 1 ? 'it' : 'them'} out.`,
    {
      param: first,
    },
  );
}
