import { keyFor } from '../api-key.ts';
import { getIn, isAllOf } from '../data.ts';
import { ownedByKey, type Format } from '../format.ts';

/** What every Claude model takes; an answer ends at this many tokens unless the model's own limit is lower. */
const limits = { context_window: 200_000, default_max_tokens: 32_000 };

/** Crush's `crush.json`: a provider of the type for servers that are not OpenAI's but speak its API. */
export const crush: Format = {
  name: 'crush',
  title: 'Crush',
  language: 'json',
  recognises: (data) => {
    if (getIn(data, ['$schema']) === 'https://charm.land/crush.json') return true;
    return isAllOf('map', getIn(data, ['providers']), (item) => 'base_url' in item && isModelList(item['models']));
  },
  collections: () => [
    {
      path: ['providers'],
      owns: ownedByKey,
      address: ['base_url'],
      models: ['models'],
      entries: (offer) => [
        {
          key: offer.name,
          value: {
            name: offer.name,
            type: 'openai-compat',
            base_url: `${offer.origin}/v1`,
            api_key: keyFor(offer, (variable) => `$${variable}`),
            models: offer.models.map((model) => ({ id: model, name: model, ...limits })),
          },
        },
      ],
    },
  ],
  optional: true,
  titles: (_, key) => [key],
};

function isModelList(models: unknown): boolean {
  return isAllOf('list', models, (model) => 'id' in model && 'context_window' in model);
}
