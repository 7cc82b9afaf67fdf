import { keyFor } from '../api-key.ts';
import { getIn, isAllOf } from '../data.ts';
import type { Format } from '../format.ts';

const path = ['llm', 'models'];
const model = ['params', 'model'];

/**
 * agentgateway's `llm.models`: one entry for each model, which clients ask for by the entry's name. `baseUrl` is known
 * from version 1.3 on. Without `apiKey` it would send the key of OpenAI.
 */
export const agentgateway: Format = {
  name: 'agentgateway',
  title: 'agentgateway',
  language: 'yaml',
  recognises: (data) => isAllOf('list', getIn(data, path), (item) => 'name' in item && 'provider' in item),
  collections: () => [
    {
      path,
      owns: (entry, _, name) => entry['name'] === `${name}/${String(getIn(entry, model))}`,
      model,
      address: ['params', 'baseUrl'],
      entries: (offer) =>
        offer.models.map((name) => ({
          value: {
            name: `${offer.name}/${name}`,
            provider: 'openAI',
            params: {
              model: name,
              apiKey: keyFor(offer, (variable) => `$${variable}`),
              baseUrl: `${offer.origin}/v1`,
            },
          },
        })),
    },
  ],
  optional: false,
  titles: (entry) => [entry['name'], entry['provider']],
  notes: ({ name }) => [`clients ask for ${name}/MODEL`],
};
