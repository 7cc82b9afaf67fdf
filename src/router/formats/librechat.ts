import { keyFor } from '../api-key.ts';
import { getIn, isAllOf } from '../data.ts';
import { ownedByName, type Format } from '../format.ts';

const path = ['endpoints', 'custom'];
const required = ['name', 'apiKey', 'baseURL'];

/** LibreChat's `librechat.yaml`: an endpoint with its models, whose titles its first model writes. */
export const librechat: Format = {
  name: 'librechat',
  title: 'LibreChat',
  language: 'yaml',
  recognises: (data) =>
    isAllOf('list', getIn(data, path), (item) => required.every((key) => typeof item[key] === 'string')),
  collections: () => [
    {
      path,
      owns: ownedByName,
      address: ['baseURL'],
      models: ['models', 'default'],
      entries: (offer) => [
        {
          value: {
            name: offer.name,
            apiKey: keyFor(offer, (variable) => `\${${variable}}`),
            baseURL: `${offer.origin}/v1`,
            models: { default: [...offer.models], fetch: false },
            titleConvo: true,
            titleModel: 'current_model',
          },
        },
      ],
    },
  ],
  optional: false,
  titles: (entry) => [entry['name']],
  notes: () => [
    'LibreChat asks for a title of each conversation, which counts against the plan: titleConvo switches it off',
  ],
};
