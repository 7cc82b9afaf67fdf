import { type Document, isMap, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { fieldOf, keyText } from './entry.ts';
import { CannotSpliceError } from './errors.ts';
import { isFlow } from './positions.ts';
import { type Place, readPlace } from './place.ts';
import { isUrl, plainSpelling } from './roles.ts';

/** Keys under which routers keep their providers, plainly spelled. */
const usualKeys = new Set([
  ...['providers', 'llmproviders', 'modelproviders', 'aiproviders', 'openaicompatibility', 'models', 'llms', 'peers'],
  ...['backends', 'upstreams', 'endpoints', 'clients', 'connections', 'channels', 'services', 'targets', 'custom'],
]);

/** Deeper than any router nests its providers. */
const maxDepth = 8;

/**
 * The collection that the router's providers stand in: LiteLLM's `model_list`, else one under a usual key such as
 * `providers`, else the only one whose entries all look like providers. Throws `CannotSpliceError` when there is none,
 * or more than one.
 */
export function findPlace(document: Document): Place {
  const places = collectPlaces(document.contents, document, { path: [], keys: [], parentColumn: -1 });
  const candidates = [
    places.filter(({ place }) => place.shape === 'model_list'),
    places.filter(({ place, key }) => usualKeys.has(plainSpelling(key)) && hasProvider(place)),
    places.filter(({ place }) => isAllProviders(place)),
  ].find((found) => found.length > 0);
  const [first, second] = candidates ?? [];
  if (first === undefined) throw new CannotSpliceError('no providers with an address are found in it');
  if (second !== undefined) {
    throw new CannotSpliceError(`providers may stand in ${first.place.label} as well as in ${second.place.label}`);
  }
  return first.place;
}

interface Candidate {
  place: Place;
  key: string;
}

type Position = Parameters<typeof readPlace>[2];

function collectPlaces(node: unknown, document: Document, position: Position): Candidate[] {
  if (!isMap(node) && !isSeq(node)) return [];
  if (node.items.length === 0 || position.path.length > maxDepth) return [];
  const place = readPlace(node, document, position);
  const own = place.entries.length > 0 ? [{ place, key: position.keys.at(-1) ?? '' }] : [];
  // What stands inside a provider is its own, such as its list of models.
  if (isSeq(node) || (isAllProviders(place) && usualKeys.has(plainSpelling(own[0]?.key ?? '')))) return own;
  const inner = (node.items as Pair<Node, Node | null>[]).flatMap((pair, index) =>
    collectPlaces(pair.value, document, {
      path: [...position.path, index],
      keys: [...position.keys, keyText(pair)],
      parentColumn: isFlow(node) ? -1 : place.column,
    }),
  );
  return [...own, ...inner];
}

/** Whether the entries can be providers: one has an address, and nothing but maps stands between them. */
function hasProvider(place: Place): boolean {
  const hasAddress = place.entries.some((entry) => isUrl(fieldOf(entry, 'url')?.value));
  return hasAddress && place.entries.length === countEntries(place.collection) && isNamed(place);
}

function isAllProviders(place: Place): boolean {
  return hasProvider(place) && place.entries.every((entry) => fieldOf(entry, 'url') !== undefined);
}

/** Without names an entry could not be found again. */
function isNamed({ shape, entries }: Place): boolean {
  return shape !== 'list' || entries.some(({ name }) => name !== undefined);
}

/** Items of a collection without those that are commented out down to their key. */
function countEntries(collection: YAMLMap | YAMLSeq): number {
  return collection.items.filter((item) => !isEmpty(item)).length;
}

function isEmpty(item: unknown): boolean {
  const value = (item as Pair).value as { value?: unknown } | null | undefined;
  return value === null || value?.value === null;
}
