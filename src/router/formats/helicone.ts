import { getIn, isAllOf, isRecord } from '../data.ts';
import { ownedByKey, type Format } from '../format.ts';

/**
 * The configuration of Helicone's AI gateway: a provider among its built-in ones, to whose `base-url` it adds
 * /v1/chat/completions. It has no field for the key.
 */
export const helicone: Format = {
  name: 'helicone',
  title: "Helicone's AI gateway",
  language: 'yaml',
  recognises: (data) => {
    const providers = getIn(data, ['providers']);
    if (providers !== undefined) return isAllOf('map', providers, (item) => typeof item['base-url'] === 'string');
    return isAllOf('map', getIn(data, ['routers']), (item) => isRecord(item['load-balance']));
  },
  collections: () => [
    {
      path: ['providers'],
      owns: ownedByKey,
      address: ['base-url'],
      models: ['models'],
      entries: ({ name, origin, models }) => [{ key: name, value: { models: [...models], 'base-url': origin } }],
    },
  ],
  optional: true,
  titles: (_, key) => [key],
  notes: ({ name, needsToken }) => [
    `set ${name.toUpperCase()}_API_KEY in the gateway's environment to ${needsToken ? 'a token of the harness' : 'any text'}`,
    `clients ask for ${name}/MODEL; name ${name} under load-balance of a router that is to use it`,
  ],
};
