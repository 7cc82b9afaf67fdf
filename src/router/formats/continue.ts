import { keyFor } from '../api-key.ts';
import { getIn, isAllOf, isRecord } from '../data.ts';
import { type Format, modelEntryName, ownedByModel } from '../format.ts';

/** Continue's `config.yaml` of schema v1: one entry for each model, with `name`, `provider` and `model`. */
export const continueFormat: Format = {
  name: 'continue',
  title: 'Continue',
  language: 'yaml',
  recognises: (data) => {
    const models = getIn(data, ['models']);
    if (!isRecord(data) || data['schema'] !== 'v1') return false;
    return models === undefined || isAllOf('list', models, (item) => 'provider' in item || 'uses' in item);
  },
  collections: () => [
    {
      path: ['models'],
      owns: ownedByModel(['name'], ['model']),
      model: ['model'],
      address: ['apiBase'],
      entries: (offer) =>
        offer.models.map((model) => ({
          value: {
            name: modelEntryName(offer.name, model),
            provider: 'openai',
            model,
            apiBase: `${offer.origin}/v1`,
            apiKey: keyFor(offer, (variable) => `\${{ secrets.${variable} }}`),
            // Without autocomplete, which sends a request at every pause in typing.
            roles: ['chat', 'edit', 'apply'],
          },
        })),
    },
  ],
  optional: true,
  titles: (entry) => [entry['name'], entry['provider']],
};
