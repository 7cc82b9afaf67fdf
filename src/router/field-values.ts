import { addressSuffix, isForeign, isOpenAi } from './address.ts';
import { isReference, keyLike, variableFor } from './api-key.ts';
import { type Entry, type Field, fieldOf, textOf } from './entry.ts';
import { writeModels } from './model-field.ts';
import { entryName } from './own-entries.ts';
import { frontPriority, hasNumbers, priorityOf, priorityOrder } from './priority.ts';
import type { KnownRegistration } from './registration.ts';
import type { Role } from './roles.ts';
import { quotesOf, writeText } from './scalar-text.ts';
import { columnOfKey } from './template.ts';
import type { Inline, Tree } from './tree.ts';

/** What a new entry is built from. */
export interface Surroundings {
  /** The file. */
  text: string;
  /** The other providers. */
  siblings: readonly Entry[];
  /** The sibling that the new entry looks like. */
  template: Entry;
  /** The provider that is switched off, whose place in the order ours takes. */
  replaced: Entry | undefined;
}

export interface ValueContext extends Surroundings {
  registration: KnownRegistration;
  /** Where each entry is one model. */
  model: string | undefined;
  /** For what the owner should know. */
  notes: string[];
}

/** The value of a field, in the manner of a sibling's; undefined where none can be found, with a note. */
export function valueFor(role: Role, sample: Field | undefined, context: ValueContext): Tree | undefined {
  const { registration, siblings, model, text } = context;
  switch (role) {
    case 'name':
      return like(entryName(registration.name, model), sample);
    case 'label':
      return labelValue(sample, context);
    case 'type':
      return typeValue(sample, context);
    case 'url':
      return like(registration.origin + addressSuffix(siblings), sample);
    case 'keyVariable':
      return like(variableFor(registration.name), sample);
    case 'key':
      return like(keyLike(siblingKey(siblings) ?? textOf(sample), variableFor(registration.name)), sample);
    case 'models':
      return writeModels(registration.models, sample?.valueNode, sample === undefined ? 0 : columnOfKey(sample, text));
    case 'model':
      return like(model ?? registration.models[0] ?? '', sample);
    case 'priority':
      return priorityValue(sample, context);
    case 'enabled':
      return like(true, sample);
    case 'disabled':
      return like(false, sample);
  }
}

/** A scalar in the quotes of a sibling's; where that has a number in quotes, so has ours. */
export function like(value: unknown, sample: Field | undefined): Inline {
  const quotes = quotesOf(sample?.valueNode);
  const written = quotes === 'plain' || typeof value === 'string' ? value : String(value);
  const source = typeof written === 'string' ? writeText(written, quotes) : String(written);
  return { kind: 'inline', source, value: written };
}

/** A sibling's key that names a variable, rather than one that is a key itself. */
export function siblingKey(siblings: readonly Entry[]): string | undefined {
  return siblings.map((entry) => textOf(fieldOf(entry, 'key'))).find((key) => key !== undefined && isReference(key));
}

/** A second name like the first; a number is the router's own business. */
function labelValue(sample: Field | undefined, { registration, model, notes }: ValueContext): Tree | undefined {
  if (typeof sample?.value === 'string') return like(entryName(registration.name, model), sample);
  notes.push(`the others have a number as \`${sample?.key ?? 'id'}\`: add one`);
  return undefined;
}

/** The type of a provider that says OpenAI, the most explicit first, or is OpenAI; else the one that all share. */
function typeValue(sample: Field | undefined, { siblings, notes }: ValueContext): Tree | undefined {
  const types = siblings.map((entry) => fieldOf(entry, 'type')).filter((type) => type !== undefined);
  const found =
    [/openai.?compat/i, /^openai/i, /openai/i]
      .map((pattern) => types.find((type) => pattern.test(textOf(type) ?? '')))
      .find((type) => type !== undefined) ??
    siblings.filter(isOpenAi).map((entry) => fieldOf(entry, 'type'))[0] ??
    (new Set(types.map(textOf)).size === 1 && !siblings.some(isForeign) ? types[0] : undefined);
  if (found !== undefined) return like(found.value, found);
  const key = sample?.key ?? 'type';
  notes.push(`none of the others shows how \`${key}\` is written for an OpenAI-compatible provider: add it`);
  return undefined;
}

function priorityValue(sample: Field | undefined, context: ValueContext): Tree | undefined {
  const { registration, siblings, text, replaced, notes } = context;
  if (registration.priority !== undefined) return like(registration.priority, sample);
  const inherited = replaced === undefined ? undefined : priorityOf(replaced);
  if (inherited !== undefined) {
    const whose = replaced?.name ?? 'the one switched off';
    notes.push(`priority ${inherited}, which is that of ${whose}; --priority sets another`);
    return like(inherited, sample);
  }
  if (!hasNumbers(siblings)) return undefined;
  const { direction, because } = priorityOrder(siblings, text);
  const front = frontPriority(siblings, direction);
  const tie = siblings.find((entry) => priorityOf(entry) === front);
  const first = direction === 'low-first' ? 'the lowest number comes first' : 'the highest number comes first';
  const shared = tie === undefined ? '' : `; ${tie.name ?? 'another'} has it too`;
  notes.push(`priority ${front}: ${first}, since ${because}${shared}; --priority sets another`);
  return like(front, sample);
}
