import { expect, it } from 'vitest';
import type { ModelInfo } from '../../../src/core/backend.ts';
import { toLiteLlmModelList, toModel, toModelList } from '../../../src/dialect/openai-chat/models.ts';

const sonnet: ModelInfo = {
  id: 'claude-sonnet',
  resolved: 'claude-sonnet-4-5',
  displayName: 'Sonnet',
  efforts: ['none', 'low', 'high'],
  contextWindow: 200_000,
  maxOutputTokens: 64_000,
};
const haiku: ModelInfo = { id: 'claude-haiku', efforts: [] };

it('lists models as OpenAI does', () => {
  expect(toModelList([sonnet, haiku], 1)).toMatchObject({
    object: 'list',
    data: [
      { id: 'claude-sonnet', object: 'model', created: 1, owned_by: 'anthropic' },
      { id: 'claude-haiku', object: 'model', created: 1, owned_by: 'anthropic' },
    ],
  });
  expect(toModelList([], 1)).toEqual({ object: 'list', data: [] });
});

it('tells what a model can do in the forms that the clients of other routers read', () => {
  expect(toModel(sonnet, 1)).toMatchObject({
    name: 'Sonnet',
    // OpenRouter's
    context_length: 200_000,
    architecture: { input_modalities: ['text', 'image', 'file'], output_modalities: ['text'] },
    top_provider: { context_length: 200_000, max_completion_tokens: 64_000 },
    supported_parameters: expect.arrayContaining(['tools', 'reasoning', 'structured_outputs']) as string[],
    // LiteLLM's
    max_input_tokens: 200_000,
    max_output_tokens: 64_000,
    // vLLM's
    max_model_len: 200_000,
    x_claude: {
      resolved_model: 'claude-sonnet-4-5',
      display_name: 'Sonnet',
      context_window: 200_000,
      max_output_tokens: 64_000,
      vision: true,
      tools: true,
      effort_levels: ['none', 'low', 'high'],
    },
  });
});

it('has null for what nobody has told of a model', () => {
  expect(toModel(haiku, 1)).toMatchObject({
    name: 'claude-haiku',
    context_length: null,
    max_input_tokens: null,
    top_provider: { context_length: null, max_completion_tokens: null },
    x_claude: { resolved_model: null, display_name: null, context_window: null, effort_levels: [] },
  });
});

it('describes models as LiteLLM does', () => {
  expect(toLiteLlmModelList([sonnet, haiku])).toMatchObject({
    data: [
      {
        model_name: 'claude-sonnet',
        litellm_params: { model: 'claude-sonnet' },
        model_info: { max_input_tokens: 200_000, max_output_tokens: 64_000, supports_vision: true },
      },
      { model_name: 'claude-haiku', model_info: { max_input_tokens: null, max_tokens: null } },
    ],
  });
});
