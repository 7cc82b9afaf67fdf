import { type Document, isAlias, isMap, isScalar, type Node, type Pair, type YAMLMap } from 'yaml';
import { isFlow } from './positions.ts';
import { type MapPair, maxAliasCount, pairsOf, resolved } from './yaml-document.ts';
import { rankOf, type Role, roleOf } from './roles.ts';

/** A field of an entry. */
export interface Field {
  role: Role | undefined;
  /** The key as the router reads it, such as `base_url`. */
  key: string;
  keyNode: Node;
  /** Aliases are followed; undefined when nothing stands behind the key. */
  valueNode: Node | undefined;
  /** The value as data. */
  value: unknown;
  /** Whether the key stands in the entry itself, and comes from no merge key. */
  own: boolean;
  /** Whether the value stands there too, and can be changed there: it is no alias. */
  here: boolean;
  /** Keys that lead to the field inside the entry; two for `litellm_params` and the like. */
  path: string[];
}

/** One provider of a router's file, or one model where the router lists models. */
export interface Entry {
  /** Place among the items of its collection. */
  index: number;
  /** The key in a map, else the field that names it; undefined where it has none. */
  name: string | undefined;
  /** The key's node in a map of entries. */
  keyNode: Node | undefined;
  /** Offset of its key or its dash. */
  start: number;
  /** Offset after the last character of its content. */
  end: number;
  map: YAMLMap;
  /** How the entry is written; only a block can be changed and taken for a model of another. */
  style: 'block' | 'flow' | 'alias';
  fields: Field[];
}

export function fieldOf(entry: Entry, role: Role): Field | undefined {
  return entry.fields.find((field) => field.role === role);
}

/** A scalar field's value as text; undefined for everything else. */
export function textOf(field: Field | undefined): string | undefined {
  const value = field?.value;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

export function styleOf(node: unknown): Entry['style'] {
  if (isAlias(node)) return 'alias';
  return isFlow(node) ? 'flow' : 'block';
}

/** The fields of a map with their roles; of two with the same role only the better spelled one has it. */
export function readFields(map: YAMLMap, document: Document): Field[] {
  const fields = pairsOf(map, document).map((pair) => toField(pair, document, []));
  for (const field of fields) {
    const role = roleOf(field.key, field.value);
    if (role === undefined) continue;
    const rival = fields.find((other) => other.role === role);
    if (rival === undefined) field.role = role;
    else if (rankOf(role, field.key) < rankOf(role, rival.key)) [field.role, rival.role] = [role, secondRole(role)];
    else field.role = secondRole(role);
  }
  return fields;
}

function secondRole(role: Role): Role | undefined {
  return role === 'name' ? 'label' : undefined;
}

/** A field without a role, at `path` and its own key. */
export function toField({ pair, own }: MapPair, document: Document, path: string[]): Field {
  const valueNode = resolved(pair.value, document);
  const key = keyText(pair);
  return {
    role: undefined,
    key,
    keyNode: pair.key,
    valueNode,
    value: valueNode?.toJS(document, { maxAliasCount }),
    own,
    here: own && !isAlias(pair.value),
    path: [...path, key],
  };
}

export function keyText({ key }: Pair<Node>): string {
  return isScalar(key) ? String(key.value) : String(key);
}

/** A map's own field of that name, as a map; undefined when there is none or it is something else. */
export function innerMap(map: YAMLMap, key: string, document: Document): YAMLMap | undefined {
  const inner = pairsOf(map, document).find(({ pair }) => keyText(pair) === key)?.pair.value;
  const node = resolved(inner, document);
  return isMap(node) ? node : undefined;
}

/** The node of an entry's own field that is a block map, such as `litellm_params`. */
export function innerMapNode(entry: Entry, key: string): YAMLMap | undefined {
  const node = entry.fields.find(({ path }) => path.length === 1 && path[0] === key)?.valueNode;
  return isMap(node) && !isFlow(node) ? node : undefined;
}
