import { keyNote } from './api-key.ts';
import { type Entry, type Field, fieldOf } from './entry.ts';
import { like, type Surroundings, type ValueContext, valueFor } from './field-values.ts';
import type { KnownRegistration } from './registration.ts';
import type { Role } from './roles.ts';
import { quotesOf, writeText } from './scalar-text.ts';
import { isUsual, leftOut, sampleOf, sharedFields } from './template.ts';
import type { Tree, TreePair } from './tree.ts';

/** A new entry's fields, and what its owner should know of them. */
export interface Built {
  pairs: TreePair[];
  notes: string[];
}

/**
 * The fields of a provider in a map or a list, in the manner of its siblings: their keys, their order, their quotes.
 * `model` is set where each entry is one model.
 */
export function buildProvider(
  registration: KnownRegistration,
  surroundings: Surroundings,
  model: string | undefined,
): Built {
  const { siblings, template } = surroundings;
  const context: ValueContext = { ...surroundings, registration, model, notes: [] };
  const shared = sharedFields(siblings, template);
  const wanted = rolesFor(registration, siblings);
  const pairs: TreePair[] = [];
  const write = (role: Role) => {
    const sample = sampleOf(role, siblings, template);
    const tree = valueFor(role, sample, context);
    if (tree !== undefined) pairs.push(pairLike(sample, defaultKeys[role] ?? role, tree));
    wanted.delete(role);
  };
  for (const field of template.fields) {
    if (shared.includes(field)) pairs.push(pairLike(field, field.key, like(field.value, field)));
    else if (field.role !== undefined && wanted.has(field.role)) write(field.role);
  }
  // A set goes on to the end though its members are taken out on the way.
  for (const role of wanted) write(role);
  return { pairs, notes: [...context.notes, ...closingNotes(pairs, surroundings, registration)] };
}

/** Keys to write where no sibling shows one. */
const defaultKeys: Partial<Record<Role, string>> = { url: 'base_url', key: 'api_key' };

/** All roles, in the order of those fields that the template has not. */
const allRoles: Role[] = ['name', 'label', 'type', 'url', 'keyVariable', 'key', 'models', 'model', 'priority'];
allRoles.push('enabled', 'disabled');

/** The roles that the entry needs: what half of the siblings have; a key only where all have one or it is asked for. */
function rolesFor({ needsToken, priority }: KnownRegistration, siblings: readonly Entry[]): Set<Role> {
  const roles = new Set(allRoles.filter((role) => isUsual(role, siblings, 0.5)));
  roles.add('url');
  if (priority !== undefined) roles.add('priority');
  const keyRole = roles.has('keyVariable') ? 'keyVariable' : 'key';
  const allHaveKeys = siblings.every((entry) => fieldOf(entry, 'key') ?? fieldOf(entry, 'keyVariable'));
  roles.delete('key');
  roles.delete('keyVariable');
  if (needsToken || allHaveKeys) roles.add(keyRole);
  return new Set(allRoles.filter((role) => roles.has(role)));
}

function pairLike(sample: Field | undefined, key: string, tree: Tree): TreePair {
  const name = sample?.key ?? key;
  return { key: name, keySource: writeText(name, quotesOf(sample?.keyNode)), tree };
}

/** What is left to do by hand. */
function closingNotes(
  pairs: readonly TreePair[],
  { siblings, template }: Surroundings,
  { name, needsToken }: KnownRegistration,
): string[] {
  const written = pairs.map(({ key }) => key);
  const missing = leftOut(siblings, template, written);
  const sources = pairs.map(({ tree }) => (tree.kind === 'inline' ? tree.source : '')).join(' ');
  return [
    ...(missing.length === 0 ? [] : [`the others have ${missing.join(', ')} too: add what the router needs`]),
    ...keyNote(sources, name, needsToken),
  ];
}
