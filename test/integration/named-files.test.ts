import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { beforeAll, describe, expect, test } from 'vitest';
import type { StoredFile } from '../../src/core/files.ts';
import { cheapModel as model, withDirect, type ConfigChanges } from '../support/harness.ts';
import { deleteFile, keepFile } from '../support/keep-file.ts';
import { sharedHarness } from '../support/shared-harness.ts';
import { conversationOf } from '../support/upstream.ts';

/* Files that were uploaded before, named by both families' own clients: what reaches the API is their content. */

const pool: ConfigChanges['pool'] = { warm_per_model: 1, max_warm: 2 };
const exact = sharedHarness({ kind: 'answer' }, { pool, ...withDirect });
const fed = sharedHarness({ kind: 'answer' }, { pool, claude: { prompt: 'fed' } });

/** Every byte, and more of them than any buffer holds. */
const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7 + (index >> 8)) % 256));
/** The CLI looks into images that it is fed. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const pdf = Buffer.concat([Buffer.from('%PDF-1.7\n'), bytes]);
const mebibyte = 1024 ** 2;

/** A PDF of as many bytes, of which no two places are alike. */
function largePdf(sizeBytes: number): Buffer {
  const content = Buffer.alloc(sizeBytes);
  let state = sizeBytes;
  for (let at = 0; at + 4 <= sizeBytes; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    content.writeUInt32LE(state, at);
  }
  content.write('%PDF-1.7\n');
  return content;
}

const words = 'Grüße, 世界: <ten> & "more"\r\n';

const ways = [
  ['through the CLI', exact, ''],
  ['fed to the CLI', fed, ''],
  ['straight to the API', exact, '/api'],
] as const;

describe.each(ways)('files that are named %s', (_way, shared, base) => {
  let image: StoredFile;
  let document: StoredFile;
  let text: StoredFile;

  beforeAll(async () => {
    const { home } = shared.harness;
    image = await keepFile(home, 'a.png', png);
    document = await keepFile(home, 'a.pdf', pdf);
    text = await keepFile(home, 'notes.md', words);
  });

  const anthropic = () => new Anthropic({ baseURL: shared.harness.url + base, apiKey: 'any', maxRetries: 0 });
  const openai = () => new OpenAI({ baseURL: `${shared.harness.url}${base}/v1`, apiKey: 'any', maxRetries: 0 });

  /** The blocks of the first message that reached the API, without marks for the prompt cache and the CLI's notes. */
  function arrived(): unknown {
    const { standIn } = shared.harness;
    const [message] = conversationOf(standIn.requests.at(-1));
    const content = message?.content ?? [];
    return content.flatMap((block) => (typeof block === 'string' ? [] : [block]));
  }

  const source = (mediaType: string, content: Buffer) => ({
    type: 'base64',
    media_type: mediaType,
    data: content.toString('base64'),
  });
  const asImage = () => ({ type: 'image', source: source('image/png', png) });
  const asPdf = (title: string) => ({ type: 'document', source: source('application/pdf', pdf), title });
  const asText = () => ({
    type: 'document',
    source: { type: 'text', media_type: 'text/plain', data: words },
    title: 'notes.md',
  });

  test('by Anthropic’s client, with the feature’s header and without', async () => {
    const content = [
      { type: 'image' as const, source: { type: 'file' as const, file_id: image.id } },
      { type: 'document' as const, source: { type: 'file' as const, file_id: document.id }, title: 'Mine' },
      { type: 'document' as const, source: { type: 'file' as const, file_id: text.id } },
      { type: 'text' as const, text: 'What is in these?' },
    ];
    const body = { model, max_tokens: 300, messages: [{ role: 'user' as const, content }] };
    await anthropic().messages.create(body);
    expect(arrived()).toEqual([asImage(), asPdf('Mine'), asText()]);
    await anthropic().beta.messages.create({ ...body, betas: ['files-api-2025-04-14'] });
    expect(arrived()).toEqual([asImage(), asPdf('Mine'), asText()]);
  });

  test('by OpenAI’s client, in chats', async () => {
    const content = [image, document, text].map(({ id }) => ({ type: 'file' as const, file: { file_id: id } }));
    const stream = await openai().chat.completions.create({
      model,
      stream: true,
      messages: [{ role: 'user', content: [...content, { type: 'text', text: 'What is in these?' }] }],
    });
    for await (const chunk of stream) expect(chunk.choices).toBeDefined();
    expect(arrived()).toEqual([asImage(), asPdf('a.pdf'), asText()]);
  });

  test('by OpenAI’s client, in responses, and in those that go on from them', async () => {
    const first = await openai().responses.create({
      model,
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_image', file_id: image.id, detail: 'auto' },
            { type: 'input_file', file_id: document.id },
            { type: 'input_text', text: 'What is in these?' },
          ],
        },
      ],
    });
    expect(arrived()).toEqual([asImage(), asPdf('a.pdf')]);
    await openai().responses.create({ model, previous_response_id: first.id, input: 'And?' });
    expect(arrived()).toEqual([asImage(), asPdf('a.pdf')]);
  });

  test('in results of tools', async () => {
    const call = { type: 'tool_use' as const, id: 'toolu_1', name: 'scan', input: {} };
    const file = { type: 'image' as const, source: { type: 'file' as const, file_id: image.id } };
    await anthropic().messages.create({
      model,
      max_tokens: 300,
      tools: [{ name: 'scan', input_schema: { type: 'object' } }],
      messages: [
        { role: 'user', content: 'Scan it.' },
        { role: 'assistant', content: [call] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: [file] }] },
      ],
    });
    const { standIn } = shared.harness;
    expect(JSON.stringify(conversationOf(standIn.requests.at(-1)))).toContain(png.toString('base64'));
  });

  test.each([6, 22])('reach the API byte by byte where they have %i MB, and are counted', async (size) => {
    const content = largePdf(size * mebibyte);
    const { id } = await keepFile(shared.harness.home, 'large.pdf', content);
    const named = { type: 'document' as const, source: { type: 'file' as const, file_id: id } };
    const messages = [{ role: 'user' as const, content: [named, { type: 'text' as const, text: 'Summarize it.' }] }];
    await anthropic().messages.create({ model, max_tokens: 300, messages });
    const [block] = arrived() as [{ source: { media_type: string; data: string } }];
    expect(block.source.media_type).toBe('application/pdf');
    // Of strings this long a test that fails shows nothing that anybody could read.
    expect(Buffer.from(block.source.data, 'base64').equals(content)).toBe(true);
    const { input_tokens: tokens } = await anthropic().messages.countTokens({ model, messages });
    expect(tokens).toBeGreaterThan(0);
  });

  test('are refused with their field where the API would not take them, and nobody is asked', async () => {
    const { standIn, home } = shared.harness;
    const { id } = await keepFile(home, 'too-large.txt', Buffer.alloc(33 * mebibyte, 'a'));
    const asked = standIn.requests.length;
    const source = { type: 'file' as const, file_id: id };
    const messages = [{ role: 'user' as const, content: [{ type: 'document' as const, source }] }];
    const tooLarge = {
      status: 413,
      error: {
        error: { message: expect.stringMatching(/^messages\.0\.content\.0\.source\.file_id: .* 32 MB/) as unknown },
      },
    };
    await expect(anthropic().messages.create({ model, max_tokens: 9, messages })).rejects.toMatchObject(tooLarge);
    await expect(anthropic().messages.countTokens({ model, messages })).rejects.toMatchObject(tooLarge);
    await expect(
      openai().responses.create({ model, input: [{ role: 'user', content: [{ type: 'input_file', file_id: id }] }] }),
    ).rejects.toMatchObject({ status: 413, param: 'input[0].content[0].file_id' });
    expect(standIn.requests).toHaveLength(asked);
  });

  test('count as much as what is in them', async () => {
    const count = async (content: Anthropic.DocumentBlockParam) =>
      (await anthropic().messages.countTokens({ model, messages: [{ role: 'user', content: [content] }] }))
        .input_tokens;
    const named = await count({ type: 'document', source: { type: 'file', file_id: text.id } });
    const inline = { type: 'text' as const, media_type: 'text/plain' as const, data: words };
    expect(named).toBe(await count({ type: 'document', source: inline, title: 'notes.md' }));
    expect(named).not.toBe(await count({ type: 'document', source: { ...inline, data: words.repeat(9) } }));
  });
});

test('a file that was deleted is a 404 in the words of each API', async () => {
  const { url, home } = exact.harness;
  const { id } = await keepFile(home, 'gone.txt', 'Gone');
  await deleteFile(home, id);
  const anthropic = new Anthropic({ baseURL: url, apiKey: 'any', maxRetries: 0 });
  const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'any', maxRetries: 0 });
  const document = { type: 'document' as const, source: { type: 'file' as const, file_id: id } };
  const asked = exact.harness.standIn.requests.length;
  await expect(
    anthropic.messages.create({ model, max_tokens: 9, messages: [{ role: 'user', content: [document] }] }),
  ).rejects.toMatchObject({
    status: 404,
    error: {
      error: { type: 'not_found_error', message: expect.stringMatching(/^messages\.0\.content\.0\.source/) as unknown },
    },
  });
  await expect(
    openai.chat.completions.create({
      model,
      messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: id } }] }],
    }),
  ).rejects.toMatchObject({ status: 404, param: 'messages[0].content[0].file.file_id' });
  expect(exact.harness.standIn.requests).toHaveLength(asked);
});
