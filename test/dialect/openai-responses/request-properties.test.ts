import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import { anyText } from '../openai-chat/any-conversation.ts';
import { read } from './read-responses.ts';

const junk = fc.jsonValue({ maxDepth: 2 });
/** Seldom junk, so that what is wrong is not always the first field that is looked at. */
const orJunk = <T>(arbitrary: fc.Arbitrary<T>) => fc.oneof({ weight: 25, arbitrary }, { weight: 1, arbitrary: junk });

const part = orJunk(
  fc.record(
    {
      type: fc.constantFrom('input_text', 'output_text', 'input_image', 'input_file', 'refusal', '__proto__'),
      text: orJunk(anyText),
      refusal: orJunk(anyText),
      image_url: orJunk(fc.oneof(fc.webUrl(), fc.constant('data:image/png;base64,iVBORw=='))),
      file_data: orJunk(fc.string()),
    },
    { requiredKeys: ['type', 'text'] },
  ),
);
const content = fc.oneof({ weight: 5, arbitrary: anyText }, { weight: 1, arbitrary: fc.array(part, { maxLength: 3 }) });
const callId = fc.constantFrom('a', 'b');
const item = orJunk(
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({ role: fc.constantFrom('user', 'user', 'assistant', 'assistant', 'system', 'x'), content }),
    },
    fc.record({ type: fc.constant('function_call'), call_id: callId, name: fc.constant('add'), arguments: fc.json() }),
    fc.record({ type: fc.constant('function_call_output'), call_id: callId, output: content }),
    fc.record({ type: fc.constant('reasoning'), encrypted_content: orJunk(fc.string().map((s) => `claude1.${s}`)) }),
    fc.record({ type: fc.constantFrom('item_reference', 'web_search_call', 'constructor'), id: fc.string() }),
  ),
);
const anyBody = fc.record(
  {
    model: orJunk(fc.constant('haiku')),
    input: orJunk(fc.array(item, { maxLength: 5 }).map((items) => [...items, { role: 'user', content: 'Hi' }])),
    tools: orJunk(fc.array(fc.record({ type: fc.constant('function'), name: fc.constantFrom('a', 'b', '__proto__') }))),
    tool_choice: fc.constantFrom('auto', 'none', 'required', { type: 'function', name: 'a' }, 7),
    text: orJunk(fc.record({ format: orJunk(fc.record({ type: fc.constant('json_schema'), schema: junk })) })),
    reasoning: orJunk(fc.record({ effort: fc.constantFrom('low', 'x', null) }, { requiredKeys: [] })),
    include: orJunk(fc.array(fc.string())),
    metadata: orJunk(fc.dictionary(fc.string(), fc.string())),
    anything: junk,
  },
  { requiredKeys: ['model', 'input'] },
);

it('a request is understood or refused with the field at fault, whatever it is', () => {
  let understood = 0;
  fc.assert(
    fc.property(fc.oneof({ weight: 20, arbitrary: anyBody }, { weight: 1, arbitrary: junk }), (body) => {
      try {
        const { conversation, ignored } = read(body);
        understood += 1;
        expect(conversation.messages.findLast(({ role }) => role !== 'system')?.role).toBe('user');
        for (const { content: blocks } of conversation.messages) expect(blocks.length).toBeGreaterThan(0);
        const roles = conversation.messages.map(({ role }) => role);
        expect(roles.every((role, index) => role !== roles[index - 1])).toBe(true);
        expect(ignored.join(', ')).toMatch(/^[\x20-\x7e]*$/);
      } catch (error) {
        if (!(error instanceof HarnessError)) throw error;
        expect(['INVALID_REQUEST', 'UNSUPPORTED_PARAMETER']).toContain(error.code);
      }
    }),
    { numRuns: 2000 },
  );
  expect(understood).toBeGreaterThan(20);
});
