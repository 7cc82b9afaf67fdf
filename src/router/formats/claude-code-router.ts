import { keyFor } from '../api-key.ts';
import { getIn, isAllOf } from '../data.ts';
import { ownedByName, type Format } from '../format.ts';

/**
 * claude-code-router's `config.json`: a provider with its whole address. With the transformer `Anthropic`, requests arrive
 * as Claude Code has written them, with thinking and tool search.
 */
export const claudeCodeRouter: Format = {
  name: 'claude-code-router',
  title: 'claude-code-router',
  language: 'json',
  recognises: (data) =>
    isAllOf('list', getIn(data, ['Providers']), (item) => 'name' in item && typeof item['api_base_url'] === 'string'),
  collections: () => [
    {
      path: ['Providers'],
      owns: ownedByName,
      address: ['api_base_url'],
      models: ['models'],
      entries: (offer) => [
        {
          value: {
            name: offer.name,
            api_base_url: `${offer.origin}/v1/messages`,
            api_key: keyFor(offer, (variable) => `$${variable}`),
            models: [...offer.models],
            transformer: { use: ['Anthropic'] },
          },
        },
      ],
    },
  ],
  optional: false,
  titles: (entry) => [entry['name']],
  notes: ({ name, models }) => [
    `claude-code-router uses it once Router names it: "default": "${name},${models[0] ?? 'MODEL'}"`,
  ],
};
