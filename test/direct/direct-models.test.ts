import { describe, expect, it, vi } from 'vitest';
import { HarnessError } from '../../src/core/errors.ts';
import type { ApiModel } from '../../src/direct/api-client.ts';
import { DirectModels, type DirectModelsOptions } from '../../src/direct/direct-models.ts';
import { memoryLog } from '../support/memory-log.ts';

const model = (id: string, changes: Partial<ApiModel> = {}): ApiModel => ({
  id,
  thinking: { adaptive: true, budget: false, off: true },
  efforts: ['low', 'medium', 'high', 'xhigh'],
  ...changes,
});
const known = [
  model('claude-opus-4-8'),
  model('claude-sonnet-4-6', { maxOutputTokens: 99, contextWindow: 200_000 }),
  model('claude-sonnet-4-5-20250929', { maxOutputTokens: 55 }),
];

function modelsWith(changes: Partial<DirectModelsOptions> = {}) {
  const clock = { now: 0 };
  const listModels = vi.fn(() => Promise.resolve(known));
  const log = memoryLog();
  const models = new DirectModels({
    api: () => Promise.resolve({ listModels }),
    names: { aliases: { 'gpt-4o': 'sonnet' } },
    resolvedName: (name) => name,
    now: () => clock.now,
    log,
    ...changes,
  });
  return { models, listModels, clock, log };
}

const idOf = async (models: DirectModels, name: string) => (await models.find(name)).model.id;

describe('DirectModels', () => {
  it.each([
    ['claude-sonnet-4-6', 'claude-sonnet-4-6'],
    ['sonnet', 'claude-sonnet-4-6'],
    ['default', 'claude-sonnet-4-6'],
    ['opus', 'claude-opus-4-8'],
    ['opus[1m]', 'claude-opus-4-8'],
    ['gpt-4o', 'claude-sonnet-4-6'],
    ['claude-tomorrow-9', 'claude-tomorrow-9'],
  ])('finds %s as %s', async (name, id) => {
    expect(await idOf(modelsWith().models, name)).toBe(id);
  });

  it('takes the CLI’s word for what its names stand for', async () => {
    const { models } = modelsWith({ resolvedName: (name) => (name === 'opus' ? 'claude-opus-5[1m]' : name) });
    expect(await idOf(models, 'opus')).toBe('claude-opus-5');
  });

  it('knows a model whose name lacks the date', async () => {
    const { model: found } = await modelsWith().models.find('claude-sonnet-4-5');
    expect(found).toMatchObject({ id: 'claude-sonnet-4-5', maxOutputTokens: 55 });
  });

  it('asks for the long context where the model has two', async () => {
    const { models } = modelsWith();
    expect((await models.find('claude-sonnet-4-6[1m]')).betas).toEqual(['context-1m-2025-08-07']);
    expect((await models.find('claude-sonnet-4-6')).betas).toEqual([]);
  });

  it.each(['haiku', 'gpt-5', '__proto__', '--help'])('does not find %s', async (name) => {
    await expect(modelsWith().models.find(name)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });

  it('takes the configured model for names that nobody knows', async () => {
    const { models } = modelsWith({ names: { aliases: {}, unknown: 'opus' } });
    expect(await idOf(models, 'gpt-5')).toBe('claude-opus-4-8');
  });

  it('asks the API once an hour, however many ask at once', async () => {
    const { models, listModels, clock } = modelsWith();
    await Promise.all([models.find('opus'), models.find('opus'), models.list()]);
    expect(listModels).toHaveBeenCalledTimes(1);
    clock.now = 61 * 60_000;
    await models.find('opus');
    expect(listModels).toHaveBeenCalledTimes(2);
  });

  it('lets no turn wait for a new list where there is an old one', async () => {
    const answers = [Promise.resolve(known), new Promise<ApiModel[]>(() => undefined)];
    const listModels = vi.fn(() => answers.shift() ?? Promise.resolve([]));
    const { models, clock } = modelsWith({ api: () => Promise.resolve({ listModels }) });
    await models.find('opus');
    clock.now = 61 * 60_000;
    expect(await idOf(models, 'opus')).toBe('claude-opus-4-8');
    expect(listModels).toHaveBeenCalledTimes(2);
  });

  it('lists the API’s models and those that have names here', async () => {
    const list = await modelsWith().models.list();
    expect(list.map(({ id }) => id)).toEqual([...known.map(({ id }) => id), 'default', 'sonnet', 'opus', 'gpt-4o']);
    expect(list[1]).toEqual({
      id: 'claude-sonnet-4-6',
      resolved: 'claude-sonnet-4-6',
      contextWindow: 200_000,
      efforts: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'],
      maxOutputTokens: 99,
    });
  });

  it('serves turns without the list, and says what is wrong to who asks for it', async () => {
    const failure = new HarnessError('API_KEY_REFUSED', 'no');
    const listModels = vi.fn(() => Promise.reject(failure));
    const { models, clock } = modelsWith({ api: () => Promise.resolve({ listModels }) });
    expect(await idOf(models, 'claude-haiku-4-5')).toBe('claude-haiku-4-5');
    await expect(models.list()).rejects.toBe(failure);
    expect(listModels).toHaveBeenCalledTimes(1);
    clock.now = 61_000;
    await expect(models.list()).rejects.toBe(failure);
    expect(listModels).toHaveBeenCalledTimes(2);
  });
});
