import { HarnessError } from '../../core/errors.ts';
import type { ModelInfo } from '../../core/backend.ts';
import { invalidRequest } from '../anthropic-shared/invalid-request.ts';
import type { WireModel, WireModelList } from './types.ts';

/** What the API gives where it does not know when a model was released; the CLI does not report it either. */
const unknownDate = '1970-01-01T00:00:00Z';

const usualLimit = 20;
const largestLimit = 1000;

/** One model, as the Messages API describes it. */
export function toWireModel(model: ModelInfo): WireModel {
  return {
    type: 'model',
    id: model.id,
    display_name: model.displayName ?? model.id,
    created_at: unknownDate,
    max_input_tokens: model.contextWindow ?? null,
    max_tokens: model.maxOutputTokens ?? null,
    capabilities: null,
  };
}

/** The page of the list that the query asks for by `limit`, `after_id` and `before_id`. Throws `INVALID_REQUEST`. */
export function toWireModelList(models: readonly ModelInfo[], query: Readonly<Record<string, unknown>>): WireModelList {
  const limit = limitOf(query['limit']);
  const after = placeOf(models, query, 'after_id');
  const before = placeOf(models, query, 'before_id');
  const from = after === undefined ? 0 : after + 1;
  const rest = models.slice(from, before);
  const page = before === undefined ? rest.slice(0, limit) : rest.slice(-limit);
  return {
    data: page.map(toWireModel),
    has_more: page.length < rest.length,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  };
}

function limitOf(value: unknown): number {
  if (value === undefined) return usualLimit;
  const limit = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : 0;
  if (limit >= 1 && limit <= largestLimit) return limit;
  throw invalidRequest('limit', `Input should be a number from 1 to ${largestLimit}`);
}

function placeOf(
  models: readonly ModelInfo[],
  query: Readonly<Record<string, unknown>>,
  name: 'after_id' | 'before_id',
): number | undefined {
  const id = query[name];
  if (id === undefined) return undefined;
  const place = models.findIndex((model) => model.id === id);
  if (place >= 0) return place;
  throw new HarnessError('INVALID_REQUEST', `${name}: There is no such model in the list`, { param: name });
}
