import { isReference, keyFor, variableFor } from '../api-key.ts';
import { type Data, getIn, isAllOf, itemsOf } from '../data.ts';
import { CannotSpliceError } from '../errors.ts';
import type { Collection, Format, Offer } from '../format.ts';

/** The fields of a provider that have a meaning here, each with its spellings. */
const spellings = {
  name: ['name', 'id'],
  type: ['type'],
  address: ['base_url', 'url', 'endpoint', 'api_base', 'baseUrl', 'baseURL'],
  keyVariable: ['api_key_env', 'apiKeyEnv'],
  key: ['api_key', 'apiKey'],
  models: ['models'],
  priority: ['priority'],
  enabled: ['enabled'],
  disabled: ['disabled'],
  health: ['health', 'health_path', 'health_url', 'status', 'status_path', 'status_url'],
} as const;
type Role = keyof typeof spellings;

/** Types that mean a server which speaks OpenAI's API, the most explicit first; `cloud` is what is not `local`. */
const compatibleTypes = ['openai-compatible', 'openai_compatible', 'openai-compat', 'openai', 'cloud'];

/**
 * `providers:` as a map by name or as a list, at the top level or below one other key: the shapes of
 * providers.example.yaml. An entry has the fields that all others have; priority 1 is tried first.
 */
export const providers: Format = {
  name: 'providers',
  title: 'a router with `providers:`',
  language: 'yaml',
  recognises: (data) => pathsOf(data).length === 1,
  collections: (data) => {
    const path = pathsOf(data)[0] ?? ['providers'];
    const modelsPath = [...path.slice(0, -1), 'models'];
    const hasModels = isAllOf('list', getIn(data, modelsPath), (item) => 'providerId' in item && 'id' in item);
    return [providerCollection(path, getIn(data, path)), ...(hasModels ? [modelCollection(modelsPath)] : [])];
  },
  priority: { path: ['priority'], first: 'lowest' },
  optional: false,
  titles: (entry, key) => [...(typeof key === 'string' ? [key] : []), entry['name'], entry['id'], entry['type']],
  notes: ({ others, needsToken, name }) => {
    const unknown = sharedKeys(others).filter((key) => roleOf(key) === undefined);
    return [
      ...(unknown.length === 0 ? [] : [`the others have ${unknown.join(', ')} too: add what the router needs`]),
      ...(!needsToken && fieldOf(others, 'keyVariable') !== undefined
        ? [`set ${variableFor(name)} in the router's environment to any text`]
        : []),
    ];
  },
};

/** Where providers stand: maps that have an address under the same spelling, and in a list a name. */
function pathsOf(data: unknown): string[][] {
  const paths = [['providers'], ...itemsOf(data).map(([key]) => [String(key), 'providers'])];
  return paths.filter((path) => {
    const collection = getIn(data, path);
    const address = fieldOf(
      itemsOf(collection).map(([, item]) => item),
      'address',
    );
    const hasAddress = (item: Data) => address !== undefined && /^(https?:\/\/|\$)/.test(String(item[address]));
    return (
      isAllOf('map', collection, hasAddress) ||
      isAllOf('list', collection, (item) => hasAddress(item) && ('name' in item || 'id' in item))
    );
  });
}

function providerCollection(path: string[], collection: unknown): Collection {
  const isList = Array.isArray(collection);
  const address = fieldOf(
    itemsOf(collection).map(([, item]) => item),
    'address',
  );
  return {
    path,
    owns: (entry, key, name) => (isList ? (entry['id'] ?? entry['name']) : key) === name,
    ...(address !== undefined && { address: [address] }),
    models: ['models'],
    entries: (offer) => [{ ...(!isList && { key: offer.name }), value: build(offer) }],
  };
}

/** A list beside the providers with an entry for each model, which names its provider. */
function modelCollection(path: string[]): Collection {
  return {
    path,
    owns: (entry, _, name) => entry['providerId'] === name,
    model: ['id'],
    entries: ({ models, name }) => models.map((model) => ({ value: { id: model, name: model, providerId: name } })),
  };
}

/** The fields that all others have, in their order, then what else the router is to know. */
function build(offer: Offer): Data {
  const { others } = offer;
  const keys = sharedKeys(others.length > 0 ? others : [usual]);
  const wanted: Role[] = ['models', ...(offer.priority === undefined ? [] : (['priority'] as const))];
  if (offer.needsToken && !keys.some((key) => ['key', 'keyVariable'].includes(roleOf(key) ?? ''))) wanted.push('key');
  for (const role of wanted) {
    const spelling = others.flatMap((other) => Object.keys(other)).find((key) => roleOf(key) === role);
    if (!keys.some((key) => roleOf(key) === role) && (role !== 'models' || spelling !== undefined))
      keys.push(spelling ?? spellings[role][0]);
  }
  return Object.fromEntries(
    keys.flatMap((key) => {
      const role = roleOf(key);
      return role === undefined ? [] : [[key, valueOf(role, key, offer)] as const];
    }),
  );
}

/** What an entry has where there is no other to go by. */
const usual: Data = { base_url: '', api_key: '', models: [] };

function valueOf(role: Role, key: string, offer: Offer): unknown {
  const samples = offer.others.map((other) => other[key]).filter((value) => value !== undefined);
  switch (role) {
    case 'name':
      return offer.name;
    case 'type':
      return typeLike(samples);
    case 'address':
      return offer.origin + suffixLike(samples.map(String));
    case 'keyVariable':
      return variableFor(offer.name);
    case 'key':
      return keyFor(offer, (variable) => referenceLike(samples.map(String), variable));
    case 'models':
      if (samples.every((models) => Array.isArray(models) && models.every((model) => typeof model === 'string')))
        return [...offer.models];
      throw new CannotSpliceError('its models are not lists of names, and how the router reads them is not known');
    case 'priority':
      return offer.priority;
    case 'enabled':
      return true;
    case 'disabled':
      return false;
    case 'health':
      return samples.every((value) => typeof value === 'string' && value.startsWith('/'))
        ? '/ready'
        : `${offer.origin}/ready`;
  }
}

function typeLike(samples: readonly unknown[]): unknown {
  const type =
    compatibleTypes.find((known) => samples.includes(known)) ?? (samples.includes('local') ? 'cloud' : undefined);
  if (type !== undefined) return type;
  throw new CannotSpliceError('none of the others shows how `type` is written for an OpenAI-compatible provider');
}

/** `/v1`, with the path of chat completions where all have it, unless no address of the others ends in a version. */
function suffixLike(addresses: readonly string[]): string {
  if (addresses.length > 0 && addresses.every((address) => /\/chat\/completions$/.test(address))) {
    return '/v1/chat/completions';
  }
  return addresses.length === 0 || addresses.some((address) => /\/v\d+\w*\/?$/.test(address)) ? '/v1' : '';
}

/** `${NAME}`, or the way in which another key names its variable. */
function referenceLike(keys: readonly string[], variable: string): string {
  const sample = keys.find(isReference) ?? '${NAME}';
  return sample.replace(/(:?-[^}]*)?(?=[}%]*$| *\}\}$)/, '').replace(/[A-Za-z_]\w*(?=[}%]*$| *\}\}$)/, variable);
}

function roleOf(key: string): Role | undefined {
  return (Object.keys(spellings) as Role[]).find((role) => (spellings[role] as readonly string[]).includes(key));
}

/** The keys that all entries have, in the order of the last. */
function sharedKeys(entries: readonly Data[]): string[] {
  return Object.keys(entries.at(-1) ?? {}).filter((key) => entries.every((entry) => key in entry));
}

/** The spelling that all entries have of a field. */
function fieldOf(entries: readonly Data[], role: Role): string | undefined {
  return sharedKeys(entries).find((key) => roleOf(key) === role);
}
