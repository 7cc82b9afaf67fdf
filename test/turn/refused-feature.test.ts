import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../src/core/errors.ts';
import type { TurnOptions } from '../../src/core/turn-options.ts';
import { failureOfStatus } from '../../src/messages-api/failures.ts';
import { featuresOf, without, type ModelRequest } from '../../src/turn/model-request.ts';
import { refusalOf, refusalRows } from '../../src/turn/refused-feature.ts';
import { hello } from '../support/hello.ts';
import { tool } from './scripted.ts';

const schema = { type: 'object', additionalProperties: false };
const everything: ModelRequest = {
  conversation: {
    ...hello,
    messages: [...hello.messages, { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] }],
    tools: [tool('weather', { strict: true, constrained: true })],
  },
  turn: {
    model: 'sonnet',
    effort: 'low',
    sampling: { temperature: 0.5, topP: 0.5, topK: 5 },
    output: { schema, field: 'output_format', constrained: true },
  },
};
const asking = (turn: Partial<TurnOptions>): ModelRequest => ({
  conversation: hello,
  turn: { model: 'sonnet', effort: 'none', ...turn },
});
const refusing = (sentence: string) => failureOfStatus(400, sentence, {});

describe('refusalOf', () => {
  it.each(refusalRows.flatMap(({ feature, samples }) => samples.map((sample) => [sample, feature] as const)))(
    'understands: %s',
    (sample, feature) => {
      // Alone, since one sentence may be about either of two.
      let request = everything;
      for (const other of featuresOf(everything)) {
        if (other !== feature && !(other === 'temperature' && feature === 'top_p')) request = without(request, other);
      }
      expect(refusalOf(refusing(sample), request)?.feature).toBe(feature);
    },
  );

  it('takes what was not asked for to be somebody else’s affair', () => {
    for (const { samples } of refusalRows) {
      for (const sample of samples) expect(refusalOf(refusing(sample), asking({}))).toBeUndefined();
    }
  });

  it.each([
    'messages.0.content.1.image.source.base64: invalid base64 data',
    'max_tokens: 999999 > 64000, which is the maximum allowed number of output tokens',
    'tools.0.custom.name: String should match pattern',
    'Your credit balance is too low to access the Anthropic API.',
  ])('leaves this to the client: %s', (sentence) => {
    expect(refusalOf(refusing(sentence), everything)).toBeUndefined();
  });

  it('reads nothing but the API’s refusals of a request', () => {
    const sentence = '`temperature` is deprecated for this model.';
    expect(refusalOf(failureOfStatus(500, sentence, {}), everything)).toBeUndefined();
    expect(refusalOf(new HarnessError('INVALID_REQUEST', sentence), everything)).toBeUndefined();
    expect(refusalOf(new Error(sentence), everything)).toBeUndefined();
  });

  it('tells a refused schema from a model that has no such feature', () => {
    const request = asking({ output: { schema, field: 'output_format', constrained: true } });
    const ofSchema = refusalOf(refusing('output_config.format.schema: Enum is too large'), request);
    const ofModel = refusalOf(refusing('output_config.format: not supported on this model'), request);
    expect(ofSchema).toEqual({ feature: 'output_format', circumstance: JSON.stringify(schema) });
    expect(ofModel).toEqual({ feature: 'output_format' });
  });
});

describe('without', () => {
  it('takes a feature out, and nothing else', () => {
    for (const feature of featuresOf(everything)) {
      const rest = featuresOf(everything).filter((other) => other !== feature);
      expect(featuresOf(without(everything, feature))).toEqual(rest);
    }
    expect(featuresOf(everything)).toHaveLength(7);
  });
});
