import type { ModelInfo } from '../../core/status.ts';
import type { ChatModel, ChatModelList } from './types.ts';

/** The answer to `GET /v1/models`. `created` is in seconds; clients only want it to be there. */
export function toModelList(models: readonly ModelInfo[], created: number): ChatModelList {
  return { object: 'list', data: models.map((model) => toModel(model, created)) };
}

/** The answer to `GET /v1/models/{id}`. */
export function toModel(model: ModelInfo, created: number): ChatModel {
  return { id: model.id, object: 'model', created, owned_by: 'anthropic' };
}
