import { type Document, isMap, isPair, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { type Entry, type Field, fieldOf, innerMap, keyText, readFields, styleOf, textOf, toField } from './entry.ts';
import { columnOfItems, contentEnd, isFlow, itemStarts } from './positions.ts';
import { plainSpelling } from './roles.ts';
import { pairsOf, resolved } from './yaml-document.ts';

/** A map of providers by name; a list of them; LiteLLM's `model_list`. */
export type Shape = 'map' | 'list' | 'model_list';

/** The collection of a router's file that its providers stand in. */
export interface Place {
  shape: Shape;
  /** Whether an entry is one model, so that a provider has as many entries as models. */
  perModel: boolean;
  /** Items to go through from the top of the document: places among the pairs of each map. */
  path: number[];
  /** What to call it: `router.providers`, or `the top level`. */
  label: string;
  collection: YAMLMap | YAMLSeq;
  /** Whether it is written with brackets. */
  flow: boolean;
  /** Column of the entries' keys or dashes; 0 in a flow collection. */
  column: number;
  /** Column of the key above the collection; -1 at the top level. */
  parentColumn: number;
  entries: Entry[];
}

/** Where a collection stands: the keys to it, and the places of those. */
interface Position {
  path: number[];
  keys: string[];
  parentColumn: number;
}

/** Reads the entries of a collection as providers; a map's entries are all maps, a list's are those that are. */
export function readPlace(node: YAMLMap | YAMLSeq, document: Document, position: Position): Place {
  const flow = isFlow(node);
  const isModelList = isSeq(node) && node.items.some((item) => litellmParams(item, document) !== undefined);
  const starts = flow ? [] : itemStarts(node);
  const label = position.keys.length === 0 ? 'the top level' : position.keys.join('.');
  const place: Place = {
    shape: isModelList ? 'model_list' : isSeq(node) ? 'list' : 'map',
    perModel: false,
    path: position.path,
    label,
    collection: node,
    flow,
    column: flow ? 0 : columnOfItems(node),
    parentColumn: position.parentColumn,
    entries: [],
  };
  node.items.forEach((item, index) => {
    const entry = readEntry(item, index, starts[index] ?? 0, place, document);
    if (entry !== undefined) place.entries.push(entry);
  });
  if (place.shape === 'list') nameEntries(place.entries);
  place.perModel = isModelList || isListOfModels(place, position.keys.at(-1));
  return place;
}

function readEntry(item: unknown, index: number, start: number, place: Place, document: Document): Entry | undefined {
  const pair = isPair(item) ? (item as Pair<Node, Node | null>) : undefined;
  const written = pair === undefined ? item : pair.value;
  const map = resolved(written, document);
  if (!isMap(map)) return undefined;
  return {
    index,
    name: pair === undefined ? undefined : keyText(pair),
    keyNode: pair?.key,
    start,
    end: contentEnd(item),
    map,
    style: styleOf(written),
    fields: place.shape === 'model_list' ? readModelListFields(map, document) : readFields(map, document),
    ...(place.shape === 'model_list' && { name: modelListName(map, document) }),
  };
}

function litellmParams(item: unknown, document: Document): YAMLMap | undefined {
  const map = resolved(item, document);
  return isMap(map) ? innerMap(map, 'litellm_params', document) : undefined;
}

/** LiteLLM's fields have fixed names: the parameters of the call stand in a map of their own. */
function readModelListFields(map: YAMLMap, document: Document): Field[] {
  const roles: Readonly<Record<string, Field['role']>> = {
    'litellm_params.model': 'model',
    'litellm_params.api_base': 'url',
    'litellm_params.base_url': 'url',
    'litellm_params.api_key': 'key',
    'litellm_params.order': 'priority',
    'model_info.id': 'name',
    model_name: 'label',
  };
  const inner = ['litellm_params', 'model_info'].flatMap((key) => {
    const parameters = innerMap(map, key, document);
    return parameters === undefined ? [] : pairsOf(parameters, document).map((pair) => toField(pair, document, [key]));
  });
  const outer = pairsOf(map, document).map((pair) => toField(pair, document, []));
  return [...outer, ...inner].map((field) => ({ ...field, role: roles[field.path.join('.')] }));
}

function modelListName(map: YAMLMap, document: Document): string | undefined {
  const info = innerMap(map, 'model_info', document);
  const id = info?.get('id', true);
  return isScalar(id) ? String(id.value) : undefined;
}

/** Gives a list's entries their names: the field for it, else `provider` where no two have the same. */
function nameEntries(entries: Entry[]): void {
  if (entries.some((entry) => fieldOf(entry, 'name') !== undefined)) {
    for (const entry of entries) entry.name = textOf(fieldOf(entry, 'name'));
    return;
  }
  const providers = entries.map((entry) => entry.fields.find(({ key }) => plainSpelling(key) === 'provider'));
  const names = providers.map(textOf);
  if (names.includes(undefined) || new Set(names).size < names.length) return;
  entries.forEach((entry, index) => {
    entry.name = names[index];
    for (const field of entry.fields) if (field === providers[index]) field.role = 'name';
  });
}

/** Continue and the like: each entry of `models` is one model, with the address of its server. */
function isListOfModels({ shape, entries }: Place, key = ''): boolean {
  if (
    shape !== 'list' ||
    !['models', 'llms', 'modellist', 'modelproviders', 'llmproviders'].includes(plainSpelling(key))
  )
    return false;
  const single = entries.filter((entry) => fieldOf(entry, 'model') !== undefined);
  return isHalf(single.length, entries.length) && entries.every((entry) => fieldOf(entry, 'models') === undefined);
}

/**
 * At least half, but not none: what half of the entries have, a new one gets too, so that the answer stays the same.
 */
function isHalf(count: number, of: number): boolean {
  return count > 0 && count * 2 >= of;
}
