import { expect, it } from 'vitest';
import { toModel, toModelList } from '../../../src/dialect/openai-chat/models.ts';

it('lists models as OpenAI does and leaves out what only the harness knows', () => {
  const sonnet = { id: 'claude-sonnet', object: 'model', created: 1, owned_by: 'anthropic' };
  const haiku = { ...sonnet, id: 'claude-haiku' };
  const models = [
    { id: 'claude-sonnet', resolved: 'claude-sonnet-4-5' },
    { id: 'claude-haiku', displayName: 'Haiku' },
  ];
  expect(toModelList(models, 1)).toEqual({ object: 'list', data: [sonnet, haiku] });
  expect(toModel({ id: 'claude-haiku' }, 1)).toEqual(haiku);
  expect(toModelList([], 1)).toEqual({ object: 'list', data: [] });
});
