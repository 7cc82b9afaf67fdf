import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ResponseOptions } from '../../../src/dialect/openai-responses/stream.ts';
import { anyCuts, anySource, turnOf, type SourceBlock } from '../openai-chat/any-answer.ts';
import { eventsOf, joinDeltas, responseOf } from './answer.ts';

const anyOptions: fc.Arbitrary<Partial<ResponseOptions>> = fc.record({
  includeEncrypted: fc.boolean(),
  summarizes: fc.boolean(),
  showReasoning: fc.boolean(),
  hasOutput: fc.boolean(),
});

it('deltas, done events and the response at the end say the same, which is what comes without a stream', () => {
  fc.assert(
    fc.property(anySource, anyCuts, anyOptions, (source, cuts, options) => {
      const turn = turnOf(source, cuts);
      const events = eventsOf(turn, options);
      const last = events.at(-1);
      const done = events.flatMap((event) => (event.type === 'response.output_item.done' ? [event.item] : []));
      const response = last !== undefined && 'response' in last ? last.response : undefined;
      expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index));
      expect(response?.output).toEqual(done);
      expect(response).toEqual(JSON.parse(JSON.stringify(responseOf(turn, options))));
      expect(joinDeltas(eventsOf(turn, options))).toEqual(done);
    }),
  );
});

it('nothing that the model says is lost, however it is cut', () => {
  fc.assert(
    fc.property(anySource, anyCuts, (source, cuts) => {
      const { output } = responseOf(turnOf(source, cuts), { summarizes: true });
      const said = (type: SourceBlock['type']) =>
        source.blocks.map((block) => (block.type === type && 'text' in block ? block.text : '')).join('');
      const parts = output.flatMap((item) => (item.type === 'message' ? item.content : []));
      const summaries = output.flatMap((item) => (item.type === 'reasoning' ? item.summary : []));
      expect(parts.map((part) => (part.type === 'output_text' ? part.text : '')).join('')).toBe(said('text'));
      expect(parts.map((part) => (part.type === 'refusal' ? part.refusal : '')).join('')).toBe(said('refusal'));
      expect(summaries.map(({ text }) => text).join('')).toBe(said('thinking'));
      const calls = output.flatMap((item) => (item.type === 'function_call' ? [item] : []));
      expect(calls.map(({ call_id, name, arguments: json }) => [call_id, name, json])).toEqual(
        source.blocks.flatMap((block) =>
          block.type === 'call' ? [[block.call.id, block.call.name, block.call.json || '{}']] : [],
        ),
      );
    }),
  );
});
