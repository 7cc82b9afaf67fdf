import { keyFor } from '../api-key.ts';
import { getIn, isAllOf } from '../data.ts';
import { ownedByKey, type Format } from '../format.ts';

/** opencode's `opencode.json` or `opencode.jsonc`: a provider that the AI SDK's OpenAI-compatible package asks. */
export const opencode: Format = {
  name: 'opencode',
  title: 'opencode',
  language: 'json',
  recognises: (data) => {
    const providers = getIn(data, ['provider']);
    const isNamed = getIn(data, ['$schema']) === 'https://opencode.ai/config.json';
    if (isNamed && getIn(data, ['providers']) === undefined) return true;
    return isAllOf('map', providers, (item) => String(item['npm']).startsWith('@ai-sdk/'));
  },
  collections: () => [
    {
      path: ['provider'],
      owns: ownedByKey,
      address: ['options', 'baseURL'],
      models: ['models'],
      entries: (offer) => [
        {
          key: offer.name,
          value: {
            npm: '@ai-sdk/openai-compatible',
            name: offer.name,
            options: { baseURL: `${offer.origin}/v1`, apiKey: keyFor(offer, (variable) => `{env:${variable}}`) },
            models: Object.fromEntries(offer.models.map((model) => [model, { name: model }])),
          },
        },
      ],
    },
  ],
  optional: true,
  titles: (_, key) => [key],
};
