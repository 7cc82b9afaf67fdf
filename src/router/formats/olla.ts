import { variableFor } from '../api-key.ts';
import { getIn, isAllOf } from '../data.ts';
import { ownedByName, type Format } from '../format.ts';

const path = ['discovery', 'static', 'endpoints'];

/**
 * Olla's `config.yaml`: an endpoint whose models Olla asks for itself. The highest priority is tried first; 100 is that
 * of an endpoint without one.
 */
export const olla: Format = {
  name: 'olla',
  title: 'Olla',
  language: 'yaml',
  recognises: (data) => isAllOf('list', getIn(data, path), (item) => typeof item['url'] === 'string'),
  collections: () => [
    {
      path,
      owns: ownedByName,
      address: ['url'],
      entries: ({ name, origin, priority, needsToken }) => [
        {
          value: {
            url: origin,
            name,
            type: 'openai-compatible',
            priority,
            model_url: '/v1/models',
            health_check_url: '/ready',
            check_interval: '5s',
            check_timeout: '2s',
            auth: needsToken ? { type: 'bearer', token: `\${${variableFor(name)}}` } : undefined,
          },
        },
      ],
    },
  ],
  priority: { path: ['priority'], first: 'highest', default: 100 },
  optional: false,
  titles: (entry) => [entry['name'], entry['type']],
  notes: (_, data) =>
    getIn(data, ['proxy', 'load_balancer']) === 'priority'
      ? []
      : ['Olla heeds priorities only with `load_balancer: priority` under `proxy`'],
};
