import fc from 'fast-check';
import type { Conversation } from '../../../src/core/conversation.ts';

/** A stretch of a conversation that is valid by itself, with what must come out of it, in order. */
export interface Stretch {
  messages: unknown[];
  content: Piece[];
  system: string[];
}

/** A piece of what was said, by whom. */
export type Piece = readonly [role: 'user' | 'assistant', what: string, value: unknown];

type Role = Piece[0];

const isBlank = (text: string) => !/\S/.test(text);
const textsOf = (role: Role, texts: readonly string[], what = 'text') =>
  texts.filter((text) => !isBlank(text)).map((text): Piece => [role, what, text]);
const toParts = (texts: readonly string[]) => texts.map((text) => ({ type: 'text', text }));

export const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', ' ', '\n', '/usage', '@/etc/passwd'),
);
const anyTexts = fc.array(anyText, { maxLength: 3 });
const anyRole = fc.constantFrom<Role>('user', 'assistant');

const systemStretch = fc.tuple(fc.constantFrom('system', 'developer'), anyTexts).map(([role, texts]): Stretch => ({
  messages: [{ role, content: toParts(texts) }],
  content: [],
  system: texts.filter((text) => !isBlank(text)),
}));

const plainStretch = fc.tuple(anyRole, anyTexts).map(([role, texts]): Stretch => ({
  messages: [{ role, content: toParts(texts) }],
  content: textsOf(role, texts),
  system: [],
}));

const stringStretch = fc.tuple(anyRole, anyText).map(([role, text]): Stretch => ({
  messages: [{ role, content: text }],
  content: textsOf(role, [text]),
  system: [],
}));

const anyCall = fc.record({
  id: fc.oneof(fc.uuid(), fc.string({ minLength: 1 })),
  name: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
  input: fc.option(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }))),
  result: fc.oneof(anyText, anyTexts),
});
type Call = typeof anyCall extends fc.Arbitrary<infer T> ? T : never;

/** JSON has its own `-0`. */
const inputOf = ({ input }: Call) => JSON.parse(JSON.stringify(input ?? {})) as unknown;
const toJson = ({ input }: Call) => (input === null ? '' : JSON.stringify(input));
const resultOf = (id: string, { result }: Call): Piece[] => [
  ['user', 'result', id],
  ...textsOf('user', typeof result === 'string' ? [result] : result, `text of ${id}`),
];
const toContent = ({ result }: Call) => (typeof result === 'string' ? result : toParts(result));

const anyCalls = fc.uniqueArray(fc.tuple(anyCall, fc.nat()), {
  minLength: 1,
  maxLength: 4,
  selector: ([{ id }]) => id,
});

const toolStretch = fc.tuple(anyText, anyCalls).map(([text, calls]): Stretch => {
  // The results stand in another order than their calls.
  const answered = calls.toSorted(([, a], [, b]) => a - b).map(([call]) => call);
  const tool_calls = calls.map(([call]) => ({
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: toJson(call) },
  }));
  return {
    messages: [
      { role: 'assistant', content: text, tool_calls },
      ...answered.map((call) => ({ role: 'tool', tool_call_id: call.id, content: toContent(call) })),
    ],
    content: [
      ...textsOf('assistant', [text]),
      ...calls.map(([call]): Piece => ['assistant', 'call', [call.id, call.name, inputOf(call)]]),
      ...answered.flatMap((call) => resultOf(call.id, call)),
    ],
    system: [],
  };
});

/** The old form has no ids: one is made, and the same for the call and its result. */
const legacyStretch = fc.tuple(anyText, anyCall).map(([text, call]): Stretch => ({
  messages: [
    { role: 'assistant', content: text, function_call: { name: call.name, arguments: toJson(call) } },
    { role: 'function', name: call.name, content: toContent(call) },
  ],
  content: [
    ...textsOf('assistant', [text]),
    ['assistant', 'call', [madeId, call.name, inputOf(call)]],
    ...resultOf(madeId, call),
  ],
  system: [],
}));

const madeId = '(made)';

const lastStretch: Stretch = {
  messages: [{ role: 'user', content: 'last' }],
  content: [['user', 'text', 'last']],
  system: [],
};

const idsOf = ({ content }: Stretch) => content.flatMap(([, what, value]) => (what === 'result' ? [value] : []));

/** A valid list of messages, in stretches; each id is there once, as the API demands. */
export const anyConversation: fc.Arbitrary<Stretch[]> = fc
  .array(fc.oneof(systemStretch, plainStretch, stringStretch, toolStretch, legacyStretch), { maxLength: 8 })
  .filter((stretches) => {
    const ids = stretches.flatMap(idsOf).filter((id) => id !== madeId);
    return new Set(ids).size === ids.length;
  })
  .map((stretches) => [...stretches, lastStretch]);

/** The pieces of a translated conversation, in order, without those of system messages. */
export function piecesOf({ messages }: Conversation): Piece[] {
  return messages.flatMap(({ role, content }) =>
    content.flatMap((block): Piece[] => {
      if (role === 'system') return [];
      switch (block.type) {
        case 'text':
          return [[role, 'text', block.text]];
        case 'tool_use':
          return [[role, 'call', [withoutMade(block.id), block.name, block.input]]];
        case 'tool_result': {
          const id = withoutMade(block.tool_use_id);
          const parts = block.content.map((part): Piece => [role, `text of ${id}`, 'text' in part ? part.text : part]);
          return [[role, 'result', id], ...parts];
        }
        case 'image':
        case 'document':
        case 'search_result':
        case 'thinking':
        case 'redacted_thinking':
        case 'opaque':
          return [[role, 'unexpected', block.type]];
      }
    }),
  );
}

const withoutMade = (id: string) => (/^function_call_\d+$/.test(id) ? madeId : id);
