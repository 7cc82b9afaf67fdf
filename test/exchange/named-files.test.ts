import request from 'supertest';
import { describe, expect, it } from 'vitest';
import type { RunTurn } from '../../src/core/backend.ts';
import type { Conversation } from '../../src/core/conversation.ts';
import { StoredFileContents } from '../../src/feature/file-contents/file-contents.ts';
import { end, start, statusOf, testApp, type Reply, type TestChanges } from '../http/test-app.ts';
import { numbered } from '../support/block-ids.ts';
import { memoryCache } from '../support/memory-cache.ts';
import { fakeFiles } from '../support/fake-files.ts';
import { textBlock } from '../turn/scripted.ts';
import { hashToken } from '../../src/util/token-hash.ts';

const tokens = ['the-first-token', 'the-second-token'] as const;
const [first, second] = tokens;

/** An app whose model is shown the files when its turn begins, and what it was given. */
function service(changes: TestChanges = {}) {
  const files = fakeFiles();
  const given: Conversation[] = [];
  const seen: Conversation[] = [];
  let whileWaiting: () => Promise<void> = () => Promise.resolve();
  const runTurn: RunTurn = async function* (conversation, { readFiles }) {
    given.push(conversation);
    await whileWaiting();
    seen.push((await readFiles?.(conversation)) ?? conversation);
    yield start;
    yield* numbered([...textBlock('Hi'), end]);
  };
  const counted: (Conversation | undefined)[] = [];
  const status = {
    ...statusOf(),
    countTokens: async (conversation: Conversation, options: Parameters<RunTurn>[1]) => {
      counted.push(await options.readFiles?.(conversation));
      return { inputTokens: 7 };
    },
  };
  const { app } = testApp(runTurn, { fileContents: new StoredFileContents(files), status, ...changes });
  const post = async (path: string, body: object, headers: Record<string, string> = {}): Promise<Reply> =>
    request(app).post(path).set(headers).send(body);
  return {
    ...{ app, files, given, seen, counted, post },
    /** What happens after a request was accepted, before its turn has a place. */
    before: (work: () => Promise<void>) => {
      whileWaiting = work;
    },
  };
}

const ways: [name: string, path: string, bodyOf: (id: string) => object, field: string][] = [
  [
    'Anthropic’s messages',
    '/v1/messages',
    (file_id) => ({
      max_tokens: 9,
      messages: [{ role: 'user', content: [{ type: 'document', source: { type: 'file', file_id } }] }],
    }),
    'messages.0.content.0.source.file_id',
  ],
  [
    'chat completions',
    '/v1/chat/completions',
    (file_id) => ({ messages: [{ role: 'user', content: [{ type: 'file', file: { file_id } }] }] }),
    'messages[0].content[0].file.file_id',
  ],
  [
    'responses',
    '/v1/responses',
    (file_id) => ({ store: false, input: [{ role: 'user', content: [{ type: 'input_file', file_id }] }] }),
    'input[0].content[0].file_id',
  ],
];

const failureIn = ({ body }: Reply) => (body as { error: { message: string; param?: string } }).error;

describe.each(ways)('a file that %s name', (_name, path, bodyOf, field) => {
  it('is read when the turn begins, and only then', async () => {
    const { files, given, seen, post, before } = service();
    const { id } = files.put({ bytes: 'Ten\n', filename: 'a.txt' });
    before(() => {
      expect(files.reads).toEqual([]);
      return Promise.resolve();
    });
    expect((await post(path, bodyOf(id))).status).toBe(200);
    expect(given[0]?.messages).toMatchObject([{ content: [{ source: { type: 'file', file_id: id, field } }] }]);
    const source = { type: 'text', media_type: 'text/plain', data: 'Ten\n' };
    expect(seen[0]?.messages).toEqual([{ role: 'user', content: [{ type: 'document', source, title: 'a.txt' }] }]);
  });

  it('is a 404 with the field where there is none, and a 400 where the model takes no such file', async () => {
    const { files, given, post } = service();
    const missing = await post(path, bodyOf('file_none'));
    expect([missing.status, failureIn(missing).message]).toEqual([404, `${field}: No file has the id file_none.`]);
    const { id } = files.put({ bytes: 'PK', mimeType: 'application/msword' });
    const office = await post(path, bodyOf(id));
    expect(office.status).toBe(400);
    expect(failureIn(office).message).toBe(
      `${field}: the file is application/msword; convert it to PDF or text, and upload that.`,
    );
    const large = files.put({ bytes: 'a', sizeBytes: 40 * 1024 ** 2 });
    expect((await post(path, bodyOf(large.id))).status).toBe(413);
    expect([given, files.reads]).toEqual([[], []]);
  });

  it('that is deleted while the turn waits is a 404 with the field', async () => {
    const { files, seen, post, before } = service();
    const { id } = files.put({ bytes: 'Ten' });
    before(() => files.delete(undefined, id));
    const reply = await post(path, bodyOf(id));
    expect([reply.status, failureIn(reply).message.startsWith(`${field}: `)]).toEqual([404, true]);
    expect(seen).toEqual([]);
  });

  it('is no other client’s, not even where the answer is in the cache', async () => {
    const { files, given, post } = service({
      cache: memoryCache({ ttlMs: 60_000 }),
      tokenHashes: tokens.map(hashToken),
    });
    const { id } = files.put({ bytes: 'Mine', owner: hashToken(first) });
    const other = files.put({ bytes: 'Mine', owner: hashToken(first) });
    const by = (token: string) => ({ authorization: `Bearer ${token}` });
    const cacheOf = ({ headers }: Reply) => headers['cache-status'];
    expect((await post(path, bodyOf(id), by(first))).status).toBe(200);
    expect(cacheOf(await post(path, bodyOf(id), by(first)))).toMatch(/hit/i);
    expect((await post(path, bodyOf(id), by(second))).status).toBe(404);
    expect(cacheOf(await post(path, bodyOf(other.id), by(first)))).not.toMatch(/hit/i);
    expect(given).toHaveLength(2);
    await files.delete(hashToken(first), id);
    expect((await post(path, bodyOf(id), by(first))).status).toBe(404);
  });
});

describe('files that are named', () => {
  it('are counted', async () => {
    const { files, counted, post } = service();
    const { id } = files.put({ bytes: 'Ten' });
    const [[, messages, inMessages], , [, responses, inResponses]] = ways as [
      (typeof ways)[0],
      unknown,
      (typeof ways)[0],
    ];
    expect(await post(`${messages}/count_tokens`, inMessages(id))).toMatchObject({ status: 200 });
    expect(await post(`${responses}/input_tokens`, inResponses(id))).toMatchObject({ status: 200 });
    const read = { messages: [{ content: [{ source: { data: 'Ten' } }] }] };
    expect(counted).toMatchObject([read, read]);
    expect((await post(`${messages}/count_tokens`, inMessages('file_none'))).status).toBe(404);
  });

  it('are kept by their names in a stored conversation, which is what names them from then on', async () => {
    const { app, files, seen, post } = service();
    const { id } = files.put({ bytes: 'Ten' });
    const session = ((await request(app).post('/v1/sessions')) as Reply).body as { session_id: string };
    const headers = { 'x-session-id': session.session_id };
    const [[, path, bodyOf]] = ways as [(typeof ways)[0]];
    await post(path, bodyOf(id), headers);
    const again = { max_tokens: 9, messages: [{ role: 'user', content: 'Again' }] };
    expect((await post(path, again, headers)).status).toBe(200);
    expect(seen[1]?.messages[0]).toMatchObject({ content: [{ source: { type: 'text', data: 'Ten' } }] });
    await files.delete(undefined, id);
    const gone = await post(path, again, headers);
    expect([gone.status, failureIn(gone).message]).toEqual([404, `x-session-id: No file has the id ${id}.`]);
  });

  it('are kept by their names in a stored response', async () => {
    const { files, seen, post } = service();
    const { id } = files.put({ bytes: 'Ten' });
    const [, , [, path, bodyOf]] = ways as [unknown, unknown, (typeof ways)[0]];
    const { body } = await post(path, { ...bodyOf(id), store: true });
    const next = { previous_response_id: (body as { id: string }).id, input: 'Again' };
    expect((await post(path, next)).status).toBe(200);
    expect(seen[1]?.messages[0]).toMatchObject({ content: [{ source: { type: 'text', data: 'Ten' } }] });
    await files.delete(undefined, id);
    const gone = await post(path, next);
    expect(gone.status).toBe(404);
    expect(failureIn(gone).message).toMatch(/^previous_response_id/);
  });

  it('may be the API’s own where its clients ask it directly, which has containers for uploads as well', async () => {
    const given: Conversation[] = [];
    const runTurn: RunTurn = async function* (conversation, { readFiles }) {
      given.push((await readFiles?.(conversation)) ?? conversation);
      yield start;
      yield* numbered([...textBlock('Hi'), end]);
    };
    const turns = () => ({ active: 0, queued: 0 });
    const own = { ...statusOf(), servedBy: (model: string) => ({ backend: 'direct' as const, model }) };
    const { post, files } = service({
      direct: { runTurn, status: own, readiness: () => ({ ready: true }), turns },
    });
    const { id } = files.put({ bytes: 'Ten' });
    const upload = { type: 'container_upload', file_id: 'file_api' };
    const file = (file_id: string) => ({ type: 'document', source: { type: 'file', file_id } });
    const body = { max_tokens: 9, messages: [{ role: 'user', content: [file('file_api'), file(id), upload] }] };
    expect((await post('/api/v1/messages', body)).status).toBe(200);
    expect(given[0]?.messages[0]?.content).toEqual([
      file('file_api'),
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Ten' }, title: 'a.txt' },
      { type: 'opaque', block: upload },
    ]);
    const [, [, chat, inChat]] = ways as [unknown, (typeof ways)[0]];
    expect((await post(`/api${chat}`, inChat('file-openai'))).status).toBe(404);
    const refused = await post('/v1/messages', { max_tokens: 9, messages: [{ role: 'user', content: [upload] }] });
    expect(refused.status).toBe(400);
    expect(failureIn(refused).message).toMatch(/^messages\.0\.content: container_upload needs .* Send the file as/);
  });
});
