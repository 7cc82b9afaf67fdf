import { Readable } from 'node:stream';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../../../src/core/errors.ts';
import { memoryFiles } from '../../../support/memory-files.ts';
import { filesAt, temporaryFolder } from '../../../feature/files/files-at.ts';
import { answerWith, testApp, type Reply } from '../../test-app.ts';

async function served(content = '0123456789', filename = 'a.txt', claimedType = 'text/plain') {
  const files = memoryFiles();
  const draft = { idPrefix: 'file-', filename, claimedType, purpose: 'user_data' } as const;
  const file = await files.add(undefined, draft, Readable.from([Buffer.from(content)]));
  const { app, active } = testApp(answerWith('Hi'), { files });
  const path = `/v1/files/${file.id}/content`;
  const get = async (headers: Record<string, string> = {}) => (await request(app).get(path).set(headers)) as Reply;
  return { app, active, file, path, get, files };
}

describe('the content of a file', () => {
  it('is what was sent, and no browser runs it', async () => {
    const { get, file } = await served('<script>alert(1)</script>', 'größe "1".html', 'text/html');
    const { status, text, headers } = await get();
    expect(status).toBe(200);
    expect(text).toBe('<script>alert(1)</script>');
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-length': '25',
      'content-disposition': `attachment; filename="gr??e \\"1\\".html"; filename*=UTF-8''gr%C3%B6%C3%9Fe%20%221%22.html`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'accept-ranges': 'bytes',
      etag: `"${file.sha256}"`,
    });
  });

  it('has a name in any script, as browsers read it', async () => {
    const { get } = await served('x', '日本.txt');
    expect((await get()).headers['content-disposition']).toBe(
      `attachment; filename="??.txt"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.txt`,
    );
  });

  it.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=4-', '456789', 'bytes 4-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=8-99', '89', 'bytes 8-9/10'],
  ])('in part: %s', async (range, text, contentRange) => {
    const { get } = await served();
    const reply = await get({ range });
    expect(reply).toMatchObject({ status: 206, text });
    expect(reply.headers).toMatchObject({ 'content-range': contentRange, 'content-length': String(text.length) });
  });

  it.each(['bytes=0-1,4-5', 'lines=1-2', 'nonsense', 'bytes=9-1'])('is whole for the range %s', async (range) => {
    const { get } = await served();
    const { status, text } = await get({ range });
    expect([200, 416]).toContain(status);
    if (status === 200) expect(text).toBe('0123456789');
  });

  it('is whole where the client knows another one', async () => {
    const { get, file } = await served();
    expect(await get({ range: 'bytes=0-3', 'if-range': '"other"' })).toMatchObject({ status: 200, text: '0123456789' });
    expect(await get({ range: 'bytes=0-3', 'if-range': `"${file.sha256}"` })).toMatchObject({ status: 206 });
  });

  it('does not come again where the client has it', async () => {
    const { get, file } = await served();
    expect(await get({ 'if-none-match': `"other", "${file.sha256}"` })).toMatchObject({ status: 304, text: '' });
  });

  it('is not sent for its head', async () => {
    const { app, path } = await served();
    const { status, headers } = (await request(app).head(path)) as Reply;
    expect(status).toBe(200);
    expect(headers['content-length']).toBe('10');
  });

  it.each([
    ['OpenAI', {}, { error: { type: 'invalid_request_error', param: 'range' } }],
    ['Anthropic', { 'anthropic-version': '1' }, { type: 'error', error: { type: 'invalid_request_error' } }],
  ])("is refused beyond its end, in the words of %s's API", async (_api, headers, body) => {
    const { get } = await served();
    const reply = await get({ range: 'bytes=10-', ...headers });
    expect(reply.status).toBe(416);
    expect(reply.headers).toMatchObject({ 'content-range': 'bytes */10' });
    expect(reply.headers['content-type']).toMatch(/^application\/json/);
    expect(reply.body).toMatchObject(body);
  });

  it('may be empty', async () => {
    const { get } = await served('');
    expect(await get()).toMatchObject({ status: 200, text: '' });
  });

  it('comes from the disk, piece by piece', async () => {
    const { files } = filesAt(temporaryFolder());
    const content = Buffer.alloc(900_000, 'abc');
    const draft = { idPrefix: 'file-', filename: 'a.bin', purpose: 'user_data' } as const;
    const { id } = await files.add(undefined, draft, Readable.from([content]));
    const { app } = testApp(answerWith('Hi'), { files });
    const reply = await request(app).get(`/v1/files/${id}/content`).buffer(true);
    expect(reply.text).toBe(content.toString());
    const empty = await files.add(undefined, draft, Readable.from([]));
    expect((await request(app).get(`/v1/files/${empty.id}/content`)).status).toBe(200);
  });

  it('that cannot be read is an error like any other', async () => {
    const files = memoryFiles();
    const draft = { idPrefix: 'file-', filename: 'a.txt', purpose: 'user_data' } as const;
    const file = await files.add(undefined, draft, Readable.from([Buffer.from('x')]));
    async function* gone(): AsyncGenerator<Uint8Array, void, void> {
      await Promise.resolve();
      yield* [];
      throw new HarnessError('FILE_NOT_FOUND', 'It is gone.');
    }
    const read = () => Promise.resolve({ file, content: gone() });
    const { app } = testApp(answerWith('Hi'), { files: { ...files, read } });
    const reply = (await request(app).get(`/v1/files/${file.id}/content`)) as Reply;
    expect(reply.status).toBe(404);
    expect(reply.headers['content-disposition']).toBeUndefined();
  });
});
