import { isScalar } from 'yaml';
import { isForeign } from './address.ts';
import { type Entry, type Field, fieldOf } from './entry.ts';
import { columnOf } from './lines.ts';
import { columnOfItems } from './positions.ts';
import type { Role } from './roles.ts';

/**
 * The sibling to take the order of fields from: of those written as blocks, if any, the one with most fields whose
 * meaning is known, an OpenAI provider before others, the later of equals. There must be a sibling.
 */
export function chooseTemplate(siblings: readonly Entry[]): Entry {
  const blocks = siblings.filter(({ style }) => style === 'block');
  const scored = (blocks.length > 0 ? blocks : siblings).map((entry) => {
    const known = entry.fields.filter(({ role }) => role !== undefined).length;
    return { entry, score: 2 * known + (isForeign(entry) ? 0 : 1) };
  });
  return scored.reduce((best, next) => (next.score >= best.score ? next : best)).entry;
}

/** Column of the template's fields. */
export function fieldColumn(template: Entry): number {
  return columnOfItems(template.map);
}

/** Columns from an entry's key or dash to its fields. */
export function fieldIndent(template: Entry, column: number): number {
  return Math.max(fieldColumn(template) - column, 1);
}

/** The column of a field's own key, for what is indented from it. */
export function columnOfKey(field: Field, text: string): number {
  return columnOf(text, field.keyNode.range?.[0] ?? 0);
}

/**
 * The spelling of a role's key: the one that most siblings have, that of the template where they are even. Undefined
 * when no sibling has such a field.
 */
export function sampleOf(role: Role, siblings: readonly Entry[], template: Entry): Field | undefined {
  const fields = [template, ...siblings].map((entry) => fieldOf(entry, role)).filter((field) => field !== undefined);
  const counts = new Map<string, number>();
  for (const { key } of fields) counts.set(key, (counts.get(key) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return fields.find(({ key }) => counts.get(key) === most);
}

/** Whether at least `share` of the siblings have a field of that role. */
export function isUsual(role: Role, siblings: readonly Entry[], share: number): boolean {
  const having = siblings.filter((entry) => fieldOf(entry, role) !== undefined);
  return having.length > 0 && having.length >= share * siblings.length;
}

/** Fields that are a provider's own, or secret. */
const personal =
  /secret|passw|token|credential|cookie|auth|header|note|comment|desc|org|project|region|account|deploy/i;

/**
 * Fields of unknown meaning that every one of several siblings has with the same scalar, such as `group: default`: the
 * router may want them from each provider. Nothing that could be a secret or a provider's own.
 */
export function sharedFields(siblings: readonly Entry[], template: Entry): Field[] {
  if (siblings.length < 2) return [];
  return template.fields.filter(({ role, key, valueNode, value }) => {
    if (role !== undefined || personal.test(key) || !isScalar(valueNode) || typeof value === 'object') return false;
    return siblings.every((entry) => entry.fields.some((field) => field.key === key && field.value === value));
  });
}

/** Keys that every sibling has and that are not carried over, for a hint. */
export function leftOut(siblings: readonly Entry[], template: Entry, written: readonly string[]): string[] {
  return template.fields
    .filter(({ role, key }) => role === undefined && !written.includes(key))
    .map(({ key }) => key)
    .filter((key) => siblings.every((entry) => entry.fields.some((field) => field.key === key)));
}
