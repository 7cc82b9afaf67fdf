import { variableFor } from '../api-key.ts';
import { getIn, isAllOf } from '../data.ts';
import { ownedByKey, type Format } from '../format.ts';

/** llama-swap's `config.yaml`: a peer. The path of a request, which begins with /v1, is put behind `proxy`. */
export const llamaSwap: Format = {
  name: 'llama-swap',
  title: 'llama-swap',
  language: 'yaml',
  recognises: (data) => {
    const [models, peers] = [getIn(data, ['models']), getIn(data, ['peers'])];
    const hasPeers = isAllOf(
      'map',
      peers,
      (item) => typeof item['proxy'] === 'string' && Array.isArray(item['models']),
    );
    if (peers !== undefined) return hasPeers;
    return isAllOf('map', models, (item) => typeof item['cmd'] === 'string');
  },
  collections: () => [
    {
      path: ['peers'],
      owns: ownedByKey,
      address: ['proxy'],
      models: ['models'],
      entries: ({ name, origin, models, needsToken }) => [
        {
          key: name,
          value: {
            proxy: origin,
            // No key is sent without one, and a variable that is not set keeps llama-swap from starting.
            apiKey: needsToken ? `\${env.${variableFor(name)}}` : undefined,
            models: [...models],
          },
        },
      ],
    },
  ],
  optional: true,
  titles: (_, key) => [key],
};
