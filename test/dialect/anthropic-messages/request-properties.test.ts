import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AssistantBlock, Message, UserBlock } from '../../../src/core/conversation.ts';
import { HarnessError } from '../../../src/core/errors.ts';
import { fromMessagesRequest } from '../../../src/dialect/anthropic-messages/request.ts';
import { toInputBatches } from '../../../src/cli/turn/feed.ts';
import { bodyWith, read } from './read.ts';

const anyText = fc
  .oneof(fc.string({ unit: 'binary' }), fc.constantFrom('/usage', '@/etc/passwd'))
  .filter((text) => /\S/.test(text));
const text = anyText.map((words) => ({ type: 'text' as const, text: words }));
const url = fc.record({ type: fc.constant('url' as const), url: fc.webUrl() });
const base64 = <Type extends string>(mediaType: Type) =>
  fc.record({
    type: fc.constant('base64' as const),
    media_type: fc.constant(mediaType),
    data: fc.base64String({ minLength: 4 }),
  });
const picture = base64('image/png').map((source) => ({ ...source, data: `iVBORw0K${source.data}` }));
const image = fc.record({ type: fc.constant('image' as const), source: fc.oneof(picture, url) });
const citations = fc.record({ enabled: fc.boolean() });
const document = fc.record(
  {
    type: fc.constant('document' as const),
    source: fc.oneof(
      base64('application/pdf'),
      url,
      fc.record({ type: fc.constant('text' as const), media_type: fc.constant('text/plain' as const), data: anyText }),
      fc.record({
        type: fc.constant('content' as const),
        content: fc.oneof(anyText, fc.array(fc.oneof(text, image), { maxLength: 2 })),
      }),
    ),
    title: anyText,
    context: anyText,
    citations,
  },
  { requiredKeys: ['type', 'source'] },
);
const searchResult = fc.record({
  type: fc.constant('search_result' as const),
  source: anyText,
  title: anyText,
  content: fc.array(text, { maxLength: 2 }),
});
const piece = fc.oneof(text, image, document, searchResult);

const answerText = fc.record(
  {
    type: fc.constant('text' as const),
    text: anyText,
    citations: fc.array(fc.record({ cited_text: anyText }), { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: ['type', 'text'] },
);
const thought = fc.oneof(
  fc.record({ type: fc.constant('thinking' as const), thinking: fc.string(), signature: fc.base64String() }),
  fc.record({ type: fc.constant('redacted_thinking' as const), data: fc.base64String() }),
);
const call = fc.record({
  type: fc.constant('tool_use' as const),
  name: fc.stringMatching(/^[A-Za-z0-9_-]{1,128}$/),
  input: fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })),
});
const outcome = fc.oneof(
  fc.record({ content: fc.array(piece, { maxLength: 3 }) }),
  fc.record({ content: fc.array(text, { maxLength: 2 }), is_error: fc.boolean() }),
);

interface Round {
  asked: UserBlock[];
  said: AssistantBlock[];
  calls: { call: Omit<Extract<AssistantBlock, { type: 'tool_use' }>, 'id'>; outcome: { content: UserBlock[] } }[];
}

const anyRound: fc.Arbitrary<Round> = fc.record({
  asked: fc.array(piece, { minLength: 1, maxLength: 4 }),
  said: fc.array(fc.oneof(answerText, thought), { minLength: 1, maxLength: 4 }),
  calls: fc.array(fc.record({ call, outcome }), { maxLength: 3 }),
});

/** A conversation as a client of the API has it: of its own blocks, with calls answered, its roles in turn. */
const anyConversation: fc.Arbitrary<Message[]> = fc
  .tuple(fc.array(anyRound, { maxLength: 4 }), fc.array(piece, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([rounds, last, resultsLast]) => {
    const messages: Message[] = [];
    let results: UserBlock[] = [];
    const place = (blocks: UserBlock[]) => (resultsLast ? [...blocks, ...results] : [...results, ...blocks]);
    for (const [index, { asked, said, calls }] of rounds.entries()) {
      const ids = calls.map((_, at) => `toolu_${index}_${at}`);
      const toolUses = calls.map((made, at) => ({ ...made.call, id: ids[at] ?? '' }));
      messages.push({ role: 'user', content: place(asked) }, { role: 'assistant', content: [...said, ...toolUses] });
      results = calls.map((made, at) => ({
        type: 'tool_result',
        tool_use_id: ids[at] ?? '',
        ...made.outcome,
      })) as UserBlock[];
    }
    return [...messages, { role: 'user', content: place(last) }];
  });

const toJson = <Value>(value: Value) => JSON.parse(JSON.stringify(value)) as Value;

describe('fromMessagesRequest, whatever comes in', () => {
  it('keeps every block of a valid conversation as it is and where it stands', () => {
    fc.assert(
      fc.property(anyConversation, (conversation) => {
        const messages = toJson(conversation);
        expect(read({ messages }).conversation.messages).toEqual(messages);
      }),
      { numRuns: 300 },
    );
  });

  it('is fed to the CLI as it is, but for names, ids and what would be a command', () => {
    fc.assert(
      fc.property(anyConversation, (conversation) => {
        const messages = toJson(conversation);
        const batches = toInputBatches([], read({ messages }).conversation, 'haiku');
        const fed = batches.flat().map((line) => (line as { message: Message }).message);
        expect(fed.map(({ role, content }) => ({ role, content: content.map(withoutFeeding) }))).toEqual(
          messages.map(({ role, content }) => ({ role, content: content.map(withoutFeeding) })),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('takes strings for the one block that they stand for', () => {
    fc.assert(
      fc.property(anyText, anyText, (asked, said) => {
        const strings = [
          { role: 'user', content: asked },
          { role: 'assistant', content: said },
          { role: 'user', content: asked },
        ];
        const blocks = strings.map(({ role, content }) => ({
          role,
          content: [{ type: 'text', text: content }],
        }));
        expect(read({ messages: strings })).toEqual(read({ messages: blocks }));
      }),
    );
  });

  it.each([
    ['any JSON', fc.jsonValue()],
    [
      'a body with fields of any kind',
      fc.dictionary(fc.constantFrom(...Object.keys(fieldNames())), fc.jsonValue()).map(bodyWith),
    ],
    [
      'messages of any kind',
      fc
        .array(fc.record({ role: fc.constantFrom('user', 'assistant', 'system'), content: fc.jsonValue() }))
        .map((messages) => bodyWith({ messages })),
    ],
  ])('reads %s or says what is wrong with it', (_, bodies) => {
    fc.assert(
      fc.property(bodies, fc.constantFrom('ignore' as const, 'reject' as const), (body: unknown, unsupportedParams) => {
        try {
          fromMessagesRequest(body, { defaultModel: 'sonnet', unsupportedParams });
        } catch (error) {
          expect(error).toBeInstanceOf(HarnessError);
          const { message, facts } = error as HarnessError;
          // Who sent the field finds its name first.
          expect(message.startsWith(facts.param === undefined ? 'The request body' : `${facts.param}: `)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

function fieldNames(): object {
  return {
    ...bodyWith(),
    system: 0,
    tools: 0,
    tool_choice: 0,
    thinking: 0,
    output_config: 0,
    stop_sequences: 0,
    stream: 0,
  };
}

/** What the feeding changes on purpose; see its own tests. */
function withoutFeeding(block: UserBlock | AssistantBlock): object {
  if (block.type === 'tool_use') return { ...block, name: '' };
  return block.type === 'text' ? { ...block, text: block.text.replace(/^\n(?=\/)/, '') } : block;
}
