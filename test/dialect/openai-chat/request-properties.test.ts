import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Conversation } from '../../../src/core/conversation.ts';
import { HarnessError } from '../../../src/core/errors.ts';
import { read, readMessages } from './read-chat.ts';

/** A stretch of a conversation that is valid by itself, with what must come out of it, in order. */
interface Stretch {
  messages: unknown[];
  content: string[];
  system: string[];
}

const isBlank = (text: string) => !/\S/.test(text);
const textsOf = (texts: readonly string[]) => texts.filter((text) => !isBlank(text)).map((text) => `text ${text}`);
const toParts = (texts: readonly string[]) => texts.map((text) => ({ type: 'text', text }));

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', ' ', '\n', '/usage', '@/etc/passwd'));
const anyTexts = fc.array(anyText, { maxLength: 3 });

const systemStretch = fc.tuple(fc.constantFrom('system', 'developer'), anyTexts).map(([role, texts]): Stretch => ({
  messages: [{ role, content: toParts(texts) }],
  content: [],
  system: texts.filter((text) => !isBlank(text)),
}));

const plainStretch = fc.tuple(fc.constantFrom('user', 'assistant'), anyTexts).map(([role, texts]): Stretch => ({
  messages: [{ role, content: toParts(texts) }],
  content: textsOf(texts),
  system: [],
}));

const stringStretch = fc
  .tuple(fc.constantFrom('user', 'assistant'), anyText)
  .map(([role, text]): Stretch => ({ messages: [{ role, content: text }], content: textsOf([text]), system: [] }));

const anyResults = fc.uniqueArray(fc.record({ id: fc.uuid(), text: anyText }), {
  minLength: 1,
  maxLength: 4,
  selector: ({ id }) => id,
});

const toolStretch = fc.tuple(anyText, anyResults).map(([text, results]): Stretch => {
  // The calls stand in another order than their results.
  const ids = results.map(({ id }) => id).sort();
  const tool_calls = ids.map((id) => ({ id, type: 'function', function: { name: 'f', arguments: '{"a":1}' } }));
  return {
    messages: [
      { role: 'assistant', content: text, tool_calls },
      ...results.map((result) => ({ role: 'tool', tool_call_id: result.id, content: result.text })),
    ],
    content: [
      ...textsOf([text]),
      ...ids.map((id) => `call ${id}`),
      ...results.flatMap((result) => [`result ${result.id}`, ...textsOf([result.text])]),
    ],
    system: [],
  };
});

const lastStretch: Stretch = { messages: [{ role: 'user', content: 'last' }], content: ['text last'], system: [] };

function contentOf(conversation: Conversation): string[] {
  return conversation.messages.flatMap((message) =>
    message.content.flatMap((block) => {
      switch (block.type) {
        case 'text':
          return [`text ${block.text}`];
        case 'tool_use':
          return [`call ${block.id}`];
        case 'tool_result':
          return [
            `result ${block.tool_use_id}`,
            ...block.content.map((part) => (part.type === 'text' ? `text ${part.text}` : '')),
          ];
        case 'image':
        case 'document':
          return [`unexpected ${block.type}`];
      }
    }),
  );
}

/** Bodies that get further than arbitrary JSON: the right fields, often with the wrong values. */
const nearlyValidBody = (() => {
  const junk = fc.jsonValue({ maxDepth: 2 });
  const part = fc.oneof(
    junk,
    fc.record(
      {
        type: fc.constantFrom('text', 'image_url', 'file', 'input_audio', 'refusal', 'constructor'),
        text: fc.oneof(anyText, junk),
        image_url: fc.oneof(
          fc.record({
            url: fc.oneof(
              fc.webUrl(),
              fc.string().map((s) => `data:image/png;base64,${s}`),
            ),
          }),
          junk,
        ),
        file: fc.oneof(fc.record({ file_data: fc.string(), filename: fc.constantFrom('a.pdf', 'b') }), junk),
      },
      { requiredKeys: ['type'] },
    ),
  );
  const call = fc.record({
    id: fc.constantFrom('a', 'b'),
    function: fc.record({ name: fc.string(), arguments: fc.json() }),
  });
  const message = fc.oneof(
    junk,
    fc.record(
      {
        role: fc.constantFrom('system', 'developer', 'user', 'assistant', 'tool', 'function', '__proto__'),
        content: fc.oneof(anyText, fc.array(part, { maxLength: 3 }), junk),
        tool_calls: fc.oneof(fc.array(call, { maxLength: 2 }), junk),
        function_call: fc.oneof(fc.record({ name: fc.string(), arguments: fc.json() }), junk),
        tool_call_id: fc.oneof(fc.constantFrom('a', 'b'), junk),
        name: junk,
      },
      { requiredKeys: ['role'] },
    ),
  );
  return fc
    .tuple(
      fc.dictionary(
        fc.oneof(fc.string(), fc.constantFrom('stop', 'n', 'tools', 'max_tokens', 'response_format')),
        junk,
      ),
      fc.array(message),
    )
    .map(([fields, messages]) => ({ ...fields, model: 'm', messages }));
})();

describe('fromChatRequest, whatever comes in', () => {
  it('keeps every text, call and result of a valid conversation, in order, and keeps the promises of its type', () => {
    const stretches = fc.array(fc.oneof(systemStretch, plainStretch, stringStretch, toolStretch), { maxLength: 8 });
    fc.assert(
      fc.property(stretches, (list) => {
        const all = [...list, lastStretch];
        const conversation = readMessages(...all.flatMap(({ messages }) => messages));
        expect(contentOf(conversation)).toEqual(all.flatMap(({ content }) => content));
        expect(conversation.system).toEqual(all.flatMap(({ system }) => system));

        const roles = conversation.messages.map(({ role }) => role);
        expect(roles.at(-1)).toBe('user');
        expect(roles.some((role, index) => role === roles[index + 1])).toBe(false);
        expect(conversation.messages.every(({ content }) => content.length > 0)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['any JSON', fc.jsonValue()],
    ['a nearly valid body', nearlyValidBody],
  ])('reads %s or says what is wrong with it', (_, bodies) => {
    fc.assert(
      fc.property(bodies, fc.constantFrom('ignore' as const, 'reject' as const), (body: unknown, policy) => {
        try {
          read(body, policy);
        } catch (error) {
          expect(error).toBeInstanceOf(HarnessError);
          expect(['INVALID_REQUEST', 'UNSUPPORTED_PARAMETER']).toContain((error as HarnessError).code);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
