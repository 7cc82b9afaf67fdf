import { describe, expect, it } from 'vitest';
import { toInputId, toOutputId } from '../../../src/dialect/openai-responses/ids.ts';
import { sealThought } from '../../../src/dialect/openai-responses/sealed-thought.ts';
import { bodyOf, model, read, readItems, refusalOf } from './read-responses.ts';

const user = (content: unknown) => ({ role: 'user', content });
const assistant = (text: string) => ({
  type: 'message',
  id: 'msg_1',
  status: 'completed',
  role: 'assistant',
  content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
});
const call = (call_id: string, args = '{"a":1}', more: object = {}) => ({
  type: 'function_call',
  id: 'fc_1',
  call_id,
  name: 'add',
  arguments: args,
  status: 'completed',
  ...more,
});
const output = (call_id: string, result: unknown = 'done') => ({
  type: 'function_call_output',
  call_id,
  output: result,
});
const text = (said: string) => ({ type: 'text', text: said });
const use = (id: string, input: object = { a: 1 }) => ({ type: 'tool_use', id, name: 'add', input });
const result = (id: string, ...content: object[]) => ({ type: 'tool_result', tool_use_id: id, content });
const block = { type: 'thinking' as const, thinking: 'Hm.', signature: 'c2ln' };
const sealed = sealThought({ model, block });
const reasoning = (encrypted_content?: string | null, id = 'rs_1') => ({
  type: 'reasoning',
  id,
  summary: [],
  ...(encrypted_content !== undefined && { encrypted_content }),
});
const refuseItems = (...items: unknown[]) => refusalOf(bodyOf(items));

describe('messages', () => {
  it('may come without a type, with text or parts, from all roles', () => {
    const conversation = readItems(
      { role: 'developer', content: 'Be brief.' },
      user('One.'),
      { type: 'message', ...user([{ type: 'input_text', text: 'Two.' }]) },
      { role: 'system', content: [{ type: 'input_text', text: 'Be kind.' }] },
      { role: 'assistant', content: 'Three.' },
      assistant('Four.'),
      { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
      user('Five?'),
    );
    expect(conversation).toEqual({
      system: ['Be brief.'],
      messages: [
        { role: 'user', content: [text('One.'), text('Two.')] },
        { role: 'system', content: [text('Be kind.')] },
        { role: 'assistant', content: [text('Three.'), text('Four.'), text('No.')] },
        { role: 'user', content: [text('Five?')] },
      ],
    });
  });

  it('come after the instructions', () => {
    const { conversation } = read(
      bodyOf([{ role: 'system', content: 'Second.' }, user('Hi')], { instructions: 'First.' }),
    );
    expect(conversation.system).toEqual(['First.', 'Second.']);
  });

  it('hold images and files', () => {
    const source = { type: 'base64', media_type: 'image/png', data: 'iVBORw==' };
    const pdf = { type: 'base64', media_type: 'application/pdf', data: 'JVBERg==' };
    const { messages } = readItems(
      user([
        { type: 'input_image', image_url: 'data:image/png;base64,iVBORw==' },
        { type: 'input_image', image_url: 'https://example.org/cat.png', detail: 'auto' },
        { type: 'input_file', file_data: 'data:application/pdf;base64,JVBERg==', filename: 'a.pdf' },
        { type: 'input_file', file_url: 'https://example.org/a.pdf' },
      ]),
    );
    expect(messages[0]?.content).toEqual([
      { type: 'image', source },
      { type: 'image', source: { type: 'url', url: 'https://example.org/cat.png' } },
      { type: 'document', source: pdf, title: 'a.pdf' },
      { type: 'document', source: { type: 'url', url: 'https://example.org/a.pdf' } },
    ]);
  });

  it('name files that were uploaded, within results as well, which are read later', () => {
    const parts = [
      { type: 'input_image', file_id: 'file-1' },
      { type: 'input_file', file_id: 'file-2', filename: 'a.pdf' },
    ];
    const call = { type: 'function_call', call_id: 'c', name: 'scan', arguments: '{}' };
    const { messages } = readItems(user(parts), call, { type: 'function_call_output', call_id: 'c', output: parts });
    const blocksAt = (path: string) => [
      { type: 'image', source: { type: 'file', file_id: 'file-1', field: `${path}[0].file_id` } },
      { type: 'document', source: { type: 'file', file_id: 'file-2', field: `${path}[1].file_id` }, title: 'a.pdf' },
    ];
    expect(messages[0]?.content).toEqual(blocksAt('input[0].content'));
    expect(messages[2]?.content).toMatchObject([{ type: 'tool_result', content: blocksAt('input[2].output') }]);
  });

  it('name the detail of an image that has no effect', () => {
    const image = { type: 'input_image', image_url: 'https://example.org/cat.png', detail: 'high' };
    expect(read(bodyOf([user([image])])).ignored).toEqual(['input_image.detail']);
  });

  it.each<[unknown, string]>([
    [user(7), 'input[1].content'],
    [user([{ type: 'input_text' }]), 'input[1].content[0].text'],
    [user([{ type: 'text', text: 'x' }]), 'input[1].content[0].type'],
    [user([{ type: 'input_audio' }]), 'input[1].content[0].type'],
    [user([{ type: 'input_image' }]), 'input[1].content[0].image_url'],
    [user([{ type: 'input_image', file_id: 1 }]), 'input[1].content[0].file_id'],
    [user([{ type: 'input_image', image_url: 'file:///etc/passwd' }]), 'input[1].content[0].image_url'],
    [user([{ type: 'input_file' }]), 'input[1].content[0].file_data'],
    [user([{ type: 'input_file', file_id: {} }]), 'input[1].content[0].file_id'],
    [user([{ type: 'input_file', file_url: 'file:///etc/passwd' }]), 'input[1].content[0].file_url'],
    [user([{ type: 'input_file', file_data: 'data:text/plain;base64,aGk=' }]), 'input[1].content[0].file_data'],
    [user(' '), 'input[1].content'],
    [{ role: 'robot', content: 'Hi' }, 'input[1].role'],
    [{ type: 'file_search_call', id: 'fs_1' }, 'input[1].type'],
    [7, 'input[1]'],
    [{}, 'input[1]'],
  ])('are refused: %j', (item, param) => {
    const refusal = refuseItems(user('Hi'), item);
    expect(refusal).toMatchObject({ code: 'INVALID_REQUEST' });
    expect(refusal.param?.startsWith(param)).toBe(true);
  });

  it('may be of the system alone, or last behind an answer', () => {
    const system = (content: string) => ({ role: 'system', content });
    expect(readItems(system('a'), system('b'))).toMatchObject({
      system: ['a'],
      messages: [{ role: 'user', content: [text('b')] }],
    });
    const { messages } = readItems(user('Hi'), assistant('Hello'), system('Go on.'));
    expect(messages.at(-1)).toEqual({ role: 'user', content: [text('Go on.')] });
  });

  it('must leave something to answer', () => {
    expect(refuseItems()).toMatchObject({ param: 'input' });
    expect(refuseItems({ role: 'system', content: ' ' })).toMatchObject({ param: 'input' });
    expect(refuseItems(user('Hi'), assistant('Hello'))).toMatchObject({ param: 'input' });
    expect(refusalOf(bodyOf(''))).toMatchObject({ param: 'input[0].content' });
  });
});

describe('function calls', () => {
  it('are answered in the next message, the results first', () => {
    const { messages } = readItems(
      user('Add.'),
      assistant('Yes.'),
      call('a'),
      call('b', ''),
      output('b', [{ type: 'input_text', text: 'two' }]),
      user('Hurry.'),
      output('a'),
    );
    expect(messages).toEqual([
      { role: 'user', content: [text('Add.')] },
      { role: 'assistant', content: [text('Yes.'), use('a'), use('b', {})] },
      { role: 'user', content: [result('b', text('two')), result('a', text('done')), text('Hurry.')] },
    ]);
  });

  it('may be answered one after the other', () => {
    const { messages } = readItems(user('Add.'), call('a'), output('a'), call('b'), output('b'));
    expect(messages.map(({ content }) => content)).toEqual([
      [text('Add.')],
      [use('a')],
      [result('a', text('done'))],
      [use('b')],
      [result('b', text('done'))],
    ]);
  });

  it('get ids of their own where a server repeats itself', () => {
    const { messages } = readItems(user('Add.'), call('a'), output('a'), call('a'), output('a'));
    expect(messages[3]?.content).toEqual([use('a_again3')]);
    expect(messages[4]?.content).toEqual([result('a_again3', text('done'))]);
  });

  it('give images back', () => {
    const image = { type: 'input_image', image_url: 'https://example.org/cat.png' };
    const { messages } = readItems(user('Look.'), call('a'), output('a', [image]));
    const source = { type: 'url', url: 'https://example.org/cat.png' };
    expect(messages[2]?.content).toEqual([result('a', { type: 'image', source })]);
  });

  it('that were cut off are left out', () => {
    const { messages } = readItems(user('Add.'), call('a', '{"a', { status: 'incomplete' }), user('Go on.'));
    expect(messages).toEqual([{ role: 'user', content: [text('Add.'), text('Go on.')] }]);
  });

  it('that were cut off go back where they are answered', () => {
    const { messages } = readItems(user('Add.'), call('a', '{"a":[1', { status: 'incomplete' }), output('a'));
    expect(messages[1]?.content).toEqual([{ type: 'tool_use', id: 'a', name: 'add', input: { a: [1] } }]);
    expect(messages[2]?.content).toMatchObject([{ type: 'tool_result', tool_use_id: 'a' }]);
  });

  it.each<[string, unknown[], string]>([
    ['without a result', [call('a')], 'input'],
    ['without a result, and more after', [call('a'), user('Hi'), assistant('Hi'), user('Hi')], 'input'],
    ['that nobody made', [output('a')], 'input[1].call_id'],
    ['answered twice', [call('a'), output('a'), output('a')], 'input[3].call_id'],
    ['of one id', [call('a'), call('a')], 'input[2].call_id'],
    ['with an output that is no text', [call('a'), output('a', 7)], 'input[2].output'],
    ['without an id', [call('')], 'input[1].call_id'],
  ])('are refused %s', (_, items, param) => {
    expect(refuseItems(user('Hi'), ...items)).toMatchObject({ code: 'INVALID_REQUEST', param });
  });
});

describe('reasoning', () => {
  it('goes back where it stood', () => {
    const redacted = { type: 'redacted_thinking' as const, data: 'b3BhcXVl' };
    const { messages } = readItems(
      user('Add.'),
      reasoning(sealed),
      reasoning(sealThought({ model, block: redacted })),
      call('a'),
      output('a'),
    );
    expect(messages[1]?.content).toEqual([block, redacted, use('a')]);
  });

  it('of another model, or that led to nothing, is left out', () => {
    const other = sealThought({ model: 'claude-opus', block });
    const { messages } = readItems(
      user('One.'),
      reasoning(other),
      assistant('Two.'),
      reasoning(sealed),
      user('Three.'),
    );
    expect(messages).toEqual([
      { role: 'user', content: [text('One.')] },
      { role: 'assistant', content: [text('Two.')] },
      { role: 'user', content: [text('Three.')] },
    ]);
    expect(readItems(user('One.'), reasoning(sealed), user('Two.')).messages).toHaveLength(1);
  });

  it('of another service is left out and named', () => {
    const { ignored, conversation } = read(
      bodyOf([user('One.'), reasoning('gAAAAA'), assistant('Two.'), user('Three.')]),
    );
    expect(ignored).toEqual(['reasoning.encrypted_content']);
    expect(conversation.messages).toHaveLength(3);
  });

  it('that was changed is refused', () => {
    expect(refuseItems(user('One.'), reasoning(sealed.slice(0, -9)), user('Two.'))).toMatchObject({
      param: 'input[1].encrypted_content',
    });
  });

  it('without its content is looked up', () => {
    const findItem = (id: string) => (id === 'rs_kept' ? reasoning(sealed, id) : undefined);
    const items = [user('Add.'), reasoning(null, 'rs_kept'), reasoning(undefined, 'rs_lost'), call('a'), output('a')];
    const { conversation, items: resolved } = read(bodyOf(items), { findItem });
    expect(conversation.messages[1]?.content).toEqual([block, use('a')]);
    expect(resolved[1]).toEqual(reasoning(sealed, 'rs_kept'));
  });
});

describe('references', () => {
  it('stand for what is kept, with or without a type', () => {
    const findItem = (id: string) => (id === 'fc_1' ? call('a') : id === 'msg_1' ? assistant('Yes.') : undefined);
    const items = [user('Add.'), { type: 'item_reference', id: 'msg_1' }, { id: 'fc_1' }, output('a')];
    const { conversation } = read(bodyOf(items), { findItem });
    expect(conversation.messages[1]?.content).toEqual([text('Yes.'), use('a')]);
  });

  it('to nothing are refused', () => {
    expect(refuseItems(user('Add.'), { type: 'item_reference', id: 'x' })).toMatchObject({ param: 'input[1].id' });
  });
});

describe('what came before', () => {
  const earlier = [user('Add.'), { ...reasoning(sealed) }, call('a')].map((item) => ({ type: 'message', ...item }));

  it('stands before the input', () => {
    const { conversation, items } = read(bodyOf([output('a')], { instructions: 'Anew.' }), { earlier });
    expect(conversation).toMatchObject({
      system: ['Anew.'],
      messages: [
        { role: 'user', content: [text('Add.')] },
        { role: 'assistant', content: [block, use('a')] },
        { role: 'user', content: [result('a', text('done'))] },
      ],
    });
    expect(items).toHaveLength(1);
  });

  it('must be answered', () => {
    expect(refusalOf(bodyOf('Never mind.'), { earlier })).toMatchObject({ param: 'input' });
  });

  it('names nothing as ignored', () => {
    const image = { type: 'input_image', image_url: 'https://example.org/cat.png', detail: 'high' };
    const before = [{ type: 'message', ...user([image]) }];
    expect(read(bodyOf('And?'), { earlier: before }).ignored).toEqual([]);
  });
});

it('ids of items tell their response', async () => {
  const { responseOfItem, toResponseId } = await import('../../../src/dialect/openai-responses/ids.ts');
  const id = toResponseId('0123456789abcdef0123456789abcdef');
  expect(responseOfItem(toOutputId('rs', id, 12))).toBe(id);
  expect(responseOfItem(toInputId('msg', id, 0))).toBe(id);
  expect(responseOfItem('msg_67ccd2bf17f0819081ff3bb2cf6508e60bb6a6b452d3795b')).toBeUndefined();
});
