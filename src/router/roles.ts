/** What a field of a provider's entry is for. */
export type Role =
  /** What the router calls the provider. */
  | 'name'
  /** A second name beside the first, such as an `id`. */
  | 'label'
  /** Which API the provider speaks. */
  | 'type'
  | 'url'
  /** The API key itself, or a reference to it such as `${OPENAI_API_KEY}`. */
  | 'key'
  /** The bare name of the variable that holds the API key. */
  | 'keyVariable'
  /** All models of the provider. */
  | 'models'
  /** One model. */
  | 'model'
  | 'priority'
  /** On when true. */
  | 'enabled'
  /** Off when true. */
  | 'disabled';

/** The spellings of each role in the files of routers, without case, `_`, `-` and `.`; the best first. */
const spellings: Readonly<Record<Exclude<Role, 'label'>, readonly string[]>> = {
  name: ['name', 'providername', 'id', 'providerid', 'title', 'slug', 'label'],
  type: ['type', 'kind', 'apitype', 'providertype', 'protocol', 'apiformat', 'format', 'dialect', 'driver', 'adapter'],
  url: [
    'baseurl',
    'apibase',
    'apibaseurl',
    'url',
    'apiurl',
    'endpoint',
    'apiendpoint',
    'endpointurl',
    'openaiapibase',
  ].concat(['upstream', 'upstreamurl', 'server', 'host', 'address', 'target', 'proxy']),
  key: ['apikey', 'key', 'accesskey', 'token', 'apitoken', 'authtoken', 'bearertoken'],
  keyVariable: ['apikeyenv', 'apikeyenvvar', 'apikeyvar', 'keyenv', 'keyvar', 'envkey', 'envvar', 'tokenenv'],
  models: ['models', 'modellist', 'modelids', 'modelnames', 'supportedmodels', 'allowedmodels', 'availablemodels'],
  model: ['model', 'modelid', 'modelname', 'defaultmodel'],
  priority: ['priority', 'order', 'rank', 'preference', 'precedence'],
  enabled: ['enabled', 'enable', 'active', 'isenabled', 'isactive'],
  disabled: ['disabled', 'disable', 'isdisabled'],
};

/** A spelling without what differs between YAML, camel and kebab case. */
export function plainSpelling(key: string): string {
  return key.toLowerCase().replaceAll(/[_.-]/g, '');
}

/**
 * What a field is for, by its key and, where the key alone does not tell, by its value (`Map`, list or scalar).
 * `provider` counts as a type here; in a list whose entries have no other name it is the name.
 */
export function roleOf(key: string, value: unknown): Exclude<Role, 'label'> | undefined {
  const plain = plainSpelling(key);
  if (plain === 'provider') return 'type';
  if (plain === 'api') return isListOrSecret(value) ? 'key' : 'type';
  if (plain === 'model') return Array.isArray(value) ? 'models' : 'model';
  const known = (Object.keys(spellings) as (keyof typeof spellings)[]).find((role) => spellings[role].includes(plain));
  if (known === 'url' && !isUrl(value)) return undefined;
  return known;
}

/** How good a spelling is for its role, 0 the best: an entry may have both `url` and `host`. */
export function rankOf(role: Exclude<Role, 'label'>, key: string): number {
  const rank = spellings[role].indexOf(plainSpelling(key));
  return rank === -1 ? spellings[role].length : rank;
}

/** An address of an HTTP server, or a variable that holds one. */
export function isUrl(value: unknown): boolean {
  return typeof value === 'string' && /^(https?:\/\/|\$\{|\$[A-Z]|os\.environ\/)/i.test(value);
}

function isListOrSecret(value: unknown): boolean {
  return Array.isArray(value) || (typeof value === 'string' && /^(sk-|\$)|key/i.test(value));
}
