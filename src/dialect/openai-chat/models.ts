import type { ModelInfo } from '../../core/backend.ts';
import type { ChatModel, ChatModelList, LiteLlmModelList } from './types.ts';

/** What every model that the CLI still serves takes; those that refuse one of them are asked without it. */
const parameters = [
  'max_completion_tokens',
  'max_tokens',
  'parallel_tool_calls',
  'reasoning',
  'reasoning_effort',
  'response_format',
  'stop',
  'structured_outputs',
  'temperature',
  'tool_choice',
  'tools',
  'top_k',
  'top_p',
  'web_search_options',
];

/** The answer to `GET /v1/models`. `created` is in seconds; clients only expect the field to exist. */
export function toModelList(models: readonly ModelInfo[], created: number): ChatModelList {
  return { object: 'list', data: models.map((model) => toModel(model, created)) };
}

/**
 * One model. OpenAI's own fields say nothing of what it can do, so that clients read them in the form of the router that
 * they know: OpenRouter's (`context_length`, `architecture`, `top_provider`), LiteLLM's (`max_input_tokens`, …), vLLM's
 * (`max_model_len`). All models that the CLI still serves see images and PDF files and call tools; an agent has
 * tools of its own.
 */
export function toModel(model: ModelInfo, created: number): ChatModel {
  const { id, resolved, displayName, contextWindow = null, maxOutputTokens = null, efforts, isAgent = false } = model;
  return {
    id,
    object: 'model',
    created,
    owned_by: 'anthropic',
    name: displayName ?? id,
    context_length: contextWindow,
    max_model_len: contextWindow,
    max_input_tokens: contextWindow,
    max_output_tokens: maxOutputTokens,
    architecture: {
      modality: 'text+image+file->text',
      input_modalities: ['text', 'image', 'file'],
      output_modalities: ['text'],
      tokenizer: 'Claude',
      instruct_type: null,
    },
    top_provider: { context_length: contextWindow, max_completion_tokens: maxOutputTokens, is_moderated: false },
    supported_parameters: isAgent ? [] : parameters,
    x_claude: {
      resolved_model: resolved ?? null,
      display_name: displayName ?? null,
      context_window: contextWindow,
      max_output_tokens: maxOutputTokens,
      vision: true,
      tools: !isAgent,
      effort_levels: efforts,
    },
  };
}

/** The answer to LiteLLM's `GET /v1/model/info`, which its clients (Cline, Roo Code) read in place of the list. */
export function toLiteLlmModelList(models: readonly ModelInfo[]): LiteLlmModelList {
  return { data: models.map(toLiteLlmModel) };
}

function toLiteLlmModel({
  id,
  contextWindow,
  maxOutputTokens,
  isAgent = false,
}: ModelInfo): LiteLlmModelList['data'][0] {
  const maxTokens = maxOutputTokens ?? null;
  return {
    model_name: id,
    litellm_params: { model: id },
    model_info: {
      id,
      key: id,
      mode: 'chat',
      litellm_provider: 'anthropic',
      max_tokens: maxTokens,
      max_input_tokens: contextWindow ?? null,
      max_output_tokens: maxTokens,
      supports_function_calling: !isAgent,
      supports_parallel_function_calling: !isAgent,
      supports_pdf_input: true,
      supports_prompt_caching: true,
      supports_reasoning: !isAgent,
      supports_response_schema: !isAgent,
      supports_system_messages: true,
      supports_tool_choice: !isAgent,
      supports_vision: true,
      supports_web_search: !isAgent,
    },
  };
}
