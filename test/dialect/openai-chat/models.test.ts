import { expect, it } from 'vitest';
import type { ModelInfo } from '../../../src/core/backend.ts';
import { toDetailedModel, toModelList } from '../../../src/dialect/openai-chat/models.ts';

const sonnet: ModelInfo = {
  id: 'claude-sonnet',
  resolved: 'claude-sonnet-4-5',
  displayName: 'Sonnet',
  efforts: ['none', 'low', 'high'],
  maxOutputTokens: 64_000,
};
const haiku: ModelInfo = { id: 'claude-haiku', efforts: [] };
const listed = { id: 'claude-sonnet', object: 'model', created: 1, owned_by: 'anthropic' };

it('lists models as OpenAI does and leaves out what only the harness knows', () => {
  expect(toModelList([sonnet, haiku], 1)).toEqual({
    object: 'list',
    data: [listed, { ...listed, id: 'claude-haiku' }],
  });
  expect(toModelList([], 1)).toEqual({ object: 'list', data: [] });
});

it('tells of one model what it can do, in a field of its own', () => {
  expect(toDetailedModel(sonnet, 1, 200_000)).toEqual({
    ...listed,
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
  expect(toDetailedModel(haiku, 1, undefined).x_claude).toMatchObject({
    resolved_model: null,
    display_name: null,
    context_window: null,
    max_output_tokens: null,
    effort_levels: [],
  });
});
