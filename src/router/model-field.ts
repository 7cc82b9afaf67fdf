import { isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { keyText } from './entry.ts';
import { columnOfItems, dashWidth, isFlow } from './positions.ts';
import { quotesOf, type Quotes, writeText } from './scalar-text.ts';
import type { Inline, ListTree, MapTree, Tree, TreePair } from './tree.ts';

/** Keys that name a model where each model is a map. */
const nameKeys = ['name', 'id', 'model', 'model_name', 'model_id'];

/**
 * The models that a field lists, in any of the forms that routers have: a list of names, a list of maps with a name,
 * text with commas, a map by name, a map whose `default` is a list. Undefined for anything else.
 */
export function readModels(value: unknown): string[] | undefined {
  if (typeof value === 'string') return value.split(',').map((name) => name.trim());
  if (Array.isArray(value)) {
    const names = value.map(nameOf).filter((name) => name !== undefined);
    return names.length === value.length ? names : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { default: list } = value as { default?: unknown };
  return Array.isArray(list) ? readModels(list) : Object.keys(value);
}

function nameOf(item: unknown): string | undefined {
  if (typeof item === 'string') return item;
  if (typeof item !== 'object' || item === null) return undefined;
  const key = nameKeys.find((candidate) => typeof (item as Record<string, unknown>)[candidate] === 'string');
  return key === undefined ? undefined : ((item as Record<string, unknown>)[key] as string);
}

/**
 * Models in the form of a sibling's field. `column` is that of the field's key, from which indents are learned. A list
 * of names, one a line, where there is nothing to learn from.
 */
export function writeModels(models: readonly string[], sample: Node | undefined, column: number): Tree {
  if (isScalar(sample) && typeof sample.value === 'string') return commaText(models, sample.value, quotesOf(sample));
  if (isMap(sample)) return modelMap(models, sample, column);
  const first: unknown = isSeq(sample) ? sample.items[0] : undefined;
  if (isFlow(sample)) return flowOf(models.map((model) => flowItem(model, first)));
  const layout = isSeq(sample) ? listLayout(sample, column) : { indent: 2, dashWidth: 2 };
  return { kind: 'list', ...layout, items: models.map((model) => blockItem(model, first)) };
}

function commaText(models: readonly string[], sample: string, quotes: Quotes): Inline {
  const text = models.join(/, /.test(sample) ? ', ' : ',');
  return { kind: 'inline', source: writeText(text, quotes), value: text };
}

function modelMap(models: readonly string[], sample: YAMLMap, column: number): Tree {
  const pairs = sample.items as Pair<Node, Node | null>[];
  const list = pairs.find((pair) => keyText(pair) === 'default' && isSeq(pair.value));
  const indent = isFlow(sample) ? 2 : Math.max(columnOfItems(sample) - column, 1);
  if (list !== undefined) {
    const tree = writeModels(models, list.value ?? undefined, column + indent);
    return inStyleOf(sample, [{ key: 'default', keySource: 'default', tree }, ...pairs.flatMap(copySwitch)], indent);
  }
  const [first] = pairs;
  return inStyleOf(
    sample,
    models.map((model) => mapEntry(model, first)),
    indent,
  );
}

/** A choice beside the list, such as LibreChat's `fetch: true`. */
function copySwitch(pair: Pair<Node, Node | null>): TreePair[] {
  const value = isScalar(pair.value) ? pair.value.value : undefined;
  if (typeof value !== 'boolean') return [];
  const key = keyText(pair);
  return [
    { key, keySource: writeText(key, quotesOf(pair.key)), tree: { kind: 'inline', source: String(value), value } },
  ];
}

/**
 * A model as a key: an alias for itself where the values are names, nothing where they are empty, else an empty map.
 */
function mapEntry(model: string, sample: Pair<Node, Node | null> | undefined): TreePair {
  const value = isScalar(sample?.value) ? sample.value.value : undefined;
  const tree: Inline =
    typeof value === 'string'
      ? { kind: 'inline', source: writeText(model, quotesOf(sample?.value)), value: model }
      : value === null
        ? { kind: 'inline', source: '', value: null }
        : { kind: 'inline', source: '{}', value: {} };
  return { key: model, keySource: writeText(model, quotesOf(sample?.key)), tree };
}

function inStyleOf(sample: YAMLMap, pairs: TreePair[], indent: number): Tree {
  if (!isFlow(sample)) return { kind: 'map', indent, pairs };
  const [first] = sample.items as Pair<Node, Node | null>[];
  const trees = pairs.map(({ key, tree }) => ({ key, ...flowValue(tree, first?.value) }));
  const sources = trees.map(({ key, source }) => `${writeText(key, quotesOf(first?.key), true)}: ${source || 'null'}`);
  return {
    kind: 'inline',
    source: `{${sources.join(', ')}}`,
    value: Object.fromEntries(trees.map(({ key, value }) => [key, value])),
  };
}

function flowValue(tree: Tree, sample: unknown): Inline {
  if (tree.kind === 'inline') return typeof tree.value === 'string' ? quoted(tree.value, quotesOf(sample)) : tree;
  throw new Error('a block cannot stand between brackets');
}

function flowOf(items: Inline[]): Inline {
  return {
    kind: 'inline',
    source: `[${items.map(({ source }) => source).join(', ')}]`,
    value: items.map(({ value }) => value),
  };
}

function flowItem(model: string, sample: unknown): Inline {
  const key = modelKey(sample);
  if (key === undefined) return quoted(model, quotesOf(sample));
  return { kind: 'inline', source: `{${key}: ${writeText(model, 'plain', true)}}`, value: { [key]: model } };
}

function blockItem(model: string, sample: unknown): Inline | MapTree {
  const key = modelKey(sample);
  if (key === undefined) return { kind: 'inline', source: writeText(model, quotesOf(sample)), value: model };
  const named = isMap(sample) ? sample.items.find((pair) => keyText(pair as Pair<Node>) === key)?.value : undefined;
  const tree: Inline = { kind: 'inline', source: writeText(model, quotesOf(named)), value: model };
  return { kind: 'map', indent: 0, pairs: [{ key, keySource: key, tree }] };
}

function quoted(text: string, quotes: Quotes): Inline {
  return { kind: 'inline', source: writeText(text, quotes, true), value: text };
}

function modelKey(sample: unknown): string | undefined {
  if (!isMap(sample)) return undefined;
  const keys = (sample.items as Pair<Node>[]).map(keyText);
  return nameKeys.find((key) => keys.includes(key)) ?? 'name';
}

/** How a block list stands under its key. */
function listLayout(list: YAMLSeq, column: number): Pick<ListTree, 'indent' | 'dashWidth'> {
  return { indent: Math.max(columnOfItems(list) - column, 0), dashWidth: dashWidth(list) };
}
