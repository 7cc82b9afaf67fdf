import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openThought, sealThought, type SealedThought } from '../../../src/dialect/openai-responses/sealed-thought.ts';

const anyText = fc.string({ unit: 'binary' });
const anyThought: fc.Arbitrary<SealedThought> = fc.record({
  model: anyText,
  block: fc.oneof(
    fc.record({ type: fc.constant('thinking' as const), thinking: anyText, signature: anyText }),
    fc.record({ type: fc.constant('redacted_thinking' as const), data: anyText }),
  ),
});

describe('sealed thinking', () => {
  it('comes back as it went, whatever was thought', () => {
    fc.assert(
      fc.property(anyThought, (thought) => {
        expect(openThought(sealThought(thought))).toEqual(thought);
      }),
    );
  });

  it('is told from what is another service’s, or was changed', () => {
    const thought = sealThought({ model: 'm', block: { type: 'redacted_thinking', data: 'x' } });
    expect(openThought('gAAAAABn')).toBe('foreign');
    expect(openThought(thought.slice(0, -8))).toBe('damaged');
    expect(openThought(`${thought}*`)).toBe('damaged');
    expect(openThought(`claude1.${btoa('{"model":"m"}')}`)).toBe('damaged');
  });

  it('can be long', () => {
    const thinking = 'Hm. \u{1F914} '.repeat(200_000);
    const thought: SealedThought = { model: 'm', block: { type: 'thinking', thinking, signature: 's' } };
    expect(openThought(sealThought(thought))).toEqual(thought);
  });
});
