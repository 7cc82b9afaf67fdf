import { keyFor } from '../api-key.ts';
import { getIn, isAllOf } from '../data.ts';
import { type Format, modelEntryName, ownedByModel } from '../format.ts';

/** Plano's `model_providers`: one entry for each model. Plano puts /v1 behind an address without a path. */
export const plano: Format = {
  name: 'plano',
  title: 'Plano',
  language: 'yaml',
  recognises: (data) =>
    /^v?0\.\d/.test(String(getIn(data, ['version']))) &&
    isAllOf('list', getIn(data, ['model_providers']), (item) => String(item['model']).includes('/')),
  collections: () => [
    {
      path: ['model_providers'],
      owns: ownedByModel(['name'], ['model']),
      model: ['model'],
      address: ['base_url'],
      entries: (offer) =>
        offer.models.map((model) => ({
          value: {
            name: modelEntryName(offer.name, model),
            model: `openai/${model}`,
            base_url: offer.origin,
            access_key: keyFor(offer, (variable) => `$${variable}`),
          },
        })),
    },
  ],
  optional: false,
  titles: (entry) => [entry['model'], entry['name'], String(entry['model']).split('/')[0]],
};
