import type { ModelInfo } from '../../core/backend.ts';
import type { ChatModel, ChatModelList, DetailedModel } from './types.ts';

/** The answer to `GET /v1/models`. `created` is in seconds; clients only expect the field to exist. */
export function toModelList(models: readonly ModelInfo[], created: number): ChatModelList {
  return { object: 'list', data: models.map((model) => toModel(model, created)) };
}

function toModel(model: ModelInfo, created: number): ChatModel {
  return { id: model.id, object: 'model', created, owned_by: 'anthropic' };
}

/** The answer to `GET /v1/models/{id}`, with what OpenAI's shape has no place for. `contextWindow` is in tokens. */
export function toDetailedModel(model: ModelInfo, created: number, contextWindow: number | undefined): DetailedModel {
  return {
    ...toModel(model, created),
    x_claude: {
      resolved_model: model.resolved ?? null,
      display_name: model.displayName ?? null,
      context_window: contextWindow ?? null,
      max_output_tokens: model.maxOutputTokens ?? null,
      // All models that the CLI still serves see images and call tools.
      vision: true,
      tools: true,
      effort_levels: model.efforts,
    },
  };
}
