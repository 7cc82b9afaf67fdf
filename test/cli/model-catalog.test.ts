import { describe, expect, it } from 'vitest';
import type { Effort } from '../../src/core/turn-options.ts';
import type { CliModel } from '../../src/process/initialize-response.ts';
import { ModelCatalog } from '../../src/cli/model-catalog.ts';

const refused = expect.objectContaining({ code: 'MODEL_NOT_FOUND', facts: { param: 'model' } }) as Error;

const efforts: Effort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'];

describe('ModelCatalog', () => {
  const catalog = new ModelCatalog({ aliases: { 'gpt-4o': 'sonnet', fast: 'claude-haiku-4-5' } }, () => 'haiku');

  it.each(['default', 'sonnet', 'opus', 'haiku'])('knows %s before the CLI has listed its models', (name) => {
    expect(catalog.resolve(name)).toBe(name);
  });

  it.each([
    ['gpt-4o', 'sonnet'],
    ['fast', 'claude-haiku-4-5'],
  ])('serves the alias %s with %s', (alias, model) => {
    expect(catalog.resolve(alias)).toBe(model);
  });

  it('lets an alias stand before a model of the same name', () => {
    expect(new ModelCatalog({ aliases: { opus: 'haiku' } }, () => 'haiku').resolve('opus')).toBe('haiku');
  });

  it.each([
    'claude-haiku-4-5',
    'claude-sonnet-4-5-20250929',
    'claude-opus-4-8[1m]',
    'claude-3-5-haiku@20241022',
    'claude-3.5_x:1',
  ])('takes the full name %s as it is', (name) => {
    expect(catalog.resolve(name)).toBe(name);
  });

  it.each([
    'gpt-5',
    '',
    'Sonnet',
    '--model',
    '-p',
    'claude-x --dangerously-skip-permissions',
    'claude-x\n--foo',
    'claude-x\0',
    'claude-',
    'claude-$(id)',
    'claude-a/b',
    `claude-${'x'.repeat(121)}`,
    'anthropic/claude-haiku-4-5',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
  ])('refuses %j', (name) => {
    expect(() => catalog.resolve(name)).toThrow(refused);
  });

  it.each(['gpt-5', '--model', '__proto__', 'constructor', 'claude-x --foo'])(
    'serves %j with the model for unknown names where there is one',
    (name) => {
      expect(new ModelCatalog({ aliases: {}, unknown: 'haiku' }, () => 'haiku').resolve(name)).toBe('haiku');
    },
  );

  it('asks for what the CLI last reported, and for nothing it no longer has, but for the names it always knows', () => {
    const updated = new ModelCatalog({ aliases: {} }, () => 'haiku');
    updated.update([{ value: 'fable', resolvedModel: 'claude-fable-5-2' }], 'haiku');
    expect(updated.resolve('fable')).toBe('fable');
    updated.update([{ value: 'opus[1m]', resolvedModel: 'claude-opus-4-8[1m]' }], 'haiku');
    expect(updated.resolve('opus[1m]')).toBe('opus[1m]');
    expect(updated.resolve('opus')).toBe('opus');
    expect(() => updated.resolve('fable')).toThrow(refused);
  });

  it('lists the same whatever models processes were started with, and the default one', () => {
    const updated = new ModelCatalog({ aliases: {} }, () => 'claude-sonnet-4-6');
    const listed = [{ value: 'sonnet', resolvedModel: 'claude-sonnet-5-5' }, { value: 'haiku' }];
    const own = (value: string) => ({ value, resolvedModel: value, supportsThinkingOff: false });
    const names = () => updated.list().map(({ id }) => id);
    updated.update([...listed, own('claude-sonnet-4-6')], 'claude-sonnet-4-6');
    const all = ['sonnet', 'claude-sonnet-5-5', 'haiku', 'claude-sonnet-4-6'];
    expect(names()).toEqual(all);
    updated.update(listed, 'haiku');
    expect(names()).toEqual(all);
    updated.update([...listed, own('claude-opus-4-8')], 'claude-opus-4-8');
    expect(names()).toEqual(all);
    expect(updated.canStopThinking('claude-opus-4-8')).toBe(false);
  });

  it('keeps little of what processes of any model report of that alone', () => {
    const updated = new ModelCatalog({ aliases: {} }, () => 'haiku');
    for (let n = 0; n < 1000; n += 1) {
      const value = `claude-made-up-${n}`;
      updated.update([{ value: 'haiku' }, { value, resolvedModel: value, supportsThinkingOff: false }], value);
    }
    expect(updated.canStopThinking('claude-made-up-999')).toBe(false);
    expect(updated.canStopThinking('claude-made-up-0')).toBe(true);
  });

  it('keeps its list when the CLI reports none', () => {
    const updated = new ModelCatalog({ aliases: {} }, () => 'haiku');
    updated.update([], 'haiku');
    expect(updated.resolve('sonnet')).toBe('sonnet');
  });

  it('gives the full name behind a short one, as far as it is known', () => {
    const updated = new ModelCatalog({ aliases: {} }, () => 'haiku');
    updated.update([{ value: 'opus', resolvedModel: 'claude-opus-5-5' }, { value: 'haiku' }], 'haiku');
    expect(updated.resolvedName('opus')).toBe('claude-opus-5-5');
    expect(updated.resolvedName('haiku')).toBe('haiku');
    expect(updated.resolvedName('claude-x')).toBe('claude-x');
  });

  it('lists short names, full names and aliases, each once', () => {
    const updated = new ModelCatalog({ aliases: { 'gpt-4o': 'sonnet', mine: 'claude-x' } }, () => 'haiku');
    updated.update(
      [
        { value: 'default', resolvedModel: 'claude-sonnet-5', displayName: 'Default' },
        { value: 'sonnet', resolvedModel: 'claude-sonnet-5', displayName: 'Sonnet' },
      ],
      'haiku',
    );
    const known = { resolved: 'claude-sonnet-5', efforts, maxOutputTokens: 128_000 };
    expect(updated.list()).toEqual([
      { id: 'default', displayName: 'Default', ...known },
      { id: 'claude-sonnet-5', displayName: 'Default', ...known },
      { id: 'sonnet', displayName: 'Sonnet', ...known },
      { id: 'gpt-4o', displayName: 'Sonnet', ...known },
      { id: 'mine', resolved: 'claude-x', efforts },
    ]);
  });

  it.each<[string, Partial<CliModel>, Effort[]]>([
    ['without levels', {}, efforts],
    ['that names its levels', { supportedEffortLevels: ['low', 'medium', 'high'] }, efforts.slice(0, -1)],
    ['that cannot but think', { supportsThinkingOff: false }, efforts.slice(1)],
    [
      'of all that',
      { supportedEffortLevels: ['low', 'high', 'xhigh', 'max'], supportsThinkingOff: false },
      efforts.slice(1),
    ],
  ])('lists the efforts of a model %s', (_what, model, known) => {
    const updated = new ModelCatalog({ aliases: {} }, () => 'haiku');
    updated.update([{ value: 'opus', ...model }], 'haiku');
    expect(updated.list()).toEqual([{ id: 'opus', efforts: known }]);
  });

  it('knows which models always think, as far as the CLI has reported it', () => {
    const updated = new ModelCatalog({ aliases: { mine: 'opus' } }, () => 'haiku');
    expect(updated.canStopThinking('opus')).toBe(true);
    updated.update(
      [
        { value: 'opus', resolvedModel: 'claude-opus-5-5', supportsThinkingOff: false },
        { value: 'sonnet', supportsThinkingOff: true },
        { value: 'haiku' },
      ],
      'haiku',
    );
    const names = ['opus', 'sonnet', 'haiku', 'claude-x'];
    expect(names.map((name) => updated.canStopThinking(name))).toEqual([false, true, true, true]);
  });

  // The list of models names it, so clients ask by it.
  it('knows them by their full name as well', () => {
    const updated = new ModelCatalog({ aliases: {} }, () => 'haiku');
    updated.update([{ value: 'opus', resolvedModel: 'claude-opus-5-5', supportsThinkingOff: false }], 'haiku');
    expect(updated.canStopThinking('claude-opus-5-5')).toBe(false);
  });
});

describe('the traits of a model', () => {
  const catalog = new ModelCatalog({ aliases: {} }, () => 'haiku');

  it.each([
    ['claude-haiku-4-5', { thinking: 'budget', efforts: undefined, maxTokens: 64_000 }],
    ['claude-sonnet-4-5-20250929', { thinking: 'budget', efforts: undefined, maxTokens: 64_000 }],
    ['claude-made-up-9', { thinking: 'adaptive', efforts: undefined, maxTokens: undefined }],
  ])('are told from the name %s until the CLI has reported them', (name, traits) => {
    expect(catalog.traits(name)).toEqual(traits);
  });

  it('are what the CLI reports, under either name', () => {
    const reporting = new ModelCatalog({ aliases: {} }, () => 'haiku');
    const model: CliModel = {
      value: 'haiku',
      resolvedModel: 'claude-haiku-4-5',
      supportsAdaptiveThinking: true,
      supportedEffortLevels: ['low', 'high'],
    };
    reporting.update([model], 'haiku');
    const traits = { thinking: 'adaptive', efforts: ['low', 'high'], maxTokens: 64_000 };
    expect(reporting.traits('haiku')).toEqual(traits);
    expect(reporting.traits('claude-haiku-4-5')).toEqual(traits);
  });
});
