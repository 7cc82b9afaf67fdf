import { keyFor } from '../api-key.ts';
import { getIn, isAllOf, isRecord, type Path } from '../data.ts';
import { type Format, modelEntryName, ownedByModel } from '../format.ts';

const model = ['litellm_params', 'model'];

/**
 * LiteLLM's `config.yaml`: one entry for each model. Its Helm chart has the same under `proxy_config`. Of deployments
 * with the same `model_name`, the lowest `order` is used first (LiteLLM's documentation, "Deployment ordering").
 */
export const litellm: Format = {
  name: 'litellm',
  title: 'LiteLLM',
  language: 'yaml',
  recognises: (data) => rootOf(data) !== undefined,
  collections: (data) => [
    {
      path: [...(rootOf(data) ?? []), 'model_list'],
      owns: ownedByModel(['model_info', 'id'], model),
      model,
      address: ['litellm_params', 'api_base'],
      entries: (offer) =>
        offer.models.map((name) => ({
          value: {
            model_name: name,
            litellm_params: {
              model: `openai/${name}`,
              api_base: `${offer.origin}/v1`,
              api_key: keyFor(offer, (variable) => `os.environ/${variable}`),
              order: offer.priority,
            },
            model_info: { id: modelEntryName(offer.name, name) },
          },
        })),
    },
  ],
  priority: { path: ['litellm_params', 'order'], first: 'lowest' },
  optional: true,
  titles: (entry) => [entry['model_name'], getIn(entry, ['model_info', 'id']), providerOf(getIn(entry, model))],
  notes: () => [
    "leave LiteLLM's background_health_checks off and do not poll its /health: both send requests to every model, which count against the plan",
  ],
};

function rootOf(data: unknown): string[] | undefined {
  if (isConfiguration(data)) return [];
  return isConfiguration(getIn(data, ['proxy_config'])) ? ['proxy_config'] : undefined;
}

/** A model list, or settings by names that are LiteLLM's alone. */
function isConfiguration(data: unknown): boolean {
  const list = getIn(data, ['model_list']);
  if (list !== undefined) return isAllOf('list', list, (item) => isRecord(item['litellm_params']));
  const own: Path[] = [
    ['litellm_settings'],
    ['general_settings', 'master_key'],
    ['general_settings', 'store_model_in_db'],
  ];
  return own.some((path) => getIn(data, path) !== undefined);
}

/** `anthropic` of `anthropic/claude-sonnet-4-5`. */
function providerOf(name: unknown): string | undefined {
  return typeof name === 'string' && name.includes('/') ? name.split('/')[0] : undefined;
}
