import { describe, expect, it } from 'vitest';
import { guessModel, parseModels } from '../../src/direct/api-models.ts';

const yes = { supported: true };
const no = { supported: false };

describe('parseModels', () => {
  it('reads how the API describes a model', () => {
    const capabilities = {
      effort: { supported: true, low: yes, medium: yes, high: yes, xhigh: null, max: yes },
      thinking: { supported: true, types: { adaptive: yes, enabled: no, disabled: yes, between_tools: yes } },
    };
    const described = { type: 'model', id: 'claude-opus-9', display_name: 'Opus 9', capabilities };
    expect(parseModels([{ ...described, max_tokens: 128_000, max_input_tokens: 1_000_000 }])).toEqual([
      {
        id: 'claude-opus-9',
        displayName: 'Opus 9',
        maxOutputTokens: 128_000,
        contextWindow: 1_000_000,
        thinking: { adaptive: true, budget: false, off: true },
        efforts: ['low', 'medium', 'high', 'max'],
      },
    ]);
  });

  it('guesses what a list does not say, and leaves out what is no model', () => {
    expect(parseModels([{ id: 'claude-haiku-4-5', capabilities: null }, { name: 'x' }, null])).toEqual([
      guessModel('claude-haiku-4-5'),
    ]);
  });
});

describe('guessModel', () => {
  it.each(['claude-3-5-haiku-20241022', 'claude-sonnet-4-20250514', 'claude-haiku-4-5', 'claude-opus-4-5-20251101'])(
    'takes %s for one that thinks up to a budget',
    (id) => {
      expect(guessModel(id)).toMatchObject({ thinking: { adaptive: false, budget: true, off: true }, efforts: [] });
    },
  );

  it.each(['claude-opus-4-6', 'claude-sonnet-4-6', 'claude-opus-5', 'claude-fable-5'])(
    'takes %s for one that decides by itself',
    (id) => {
      expect(guessModel(id)).toMatchObject({ thinking: { adaptive: true, budget: false } });
    },
  );
});
