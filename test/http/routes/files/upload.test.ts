import { createServer, request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HarnessError } from '../../../../src/core/errors.ts';
import { filesAt, filesBelow, temporaryFolder } from '../../../feature/files/files-at.ts';
import { answerWith, testApp, type TestChanges } from '../../test-app.ts';

const boundary = 'xxBOUNDARYxx';
const anthropic = { 'anthropic-version': '2023-06-01' };

type Part = [name: string, value: string, filename?: string, type?: string];

function form(...parts: Part[]): string {
  const all = parts.map(([name, value, filename, type]) => {
    const file = filename === undefined ? '' : `; filename="${filename}"`;
    const contentType = type === undefined ? '' : `content-type: ${type}\r\n`;
    return `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${file}\r\n${contentType}\r\n${value}\r\n`;
  });
  return `${all.join('')}--${boundary}--\r\n`;
}

/** Up to the end of the last part's value, which may go on. */
function openForm(...parts: Part[]): string {
  return form(...parts).slice(0, -`\r\n--${boundary}--\r\n`.length);
}

const file: Part = ['file', 'hello', 'a.txt'];
const purpose: Part = ['purpose', 'user_data'];

async function serve(changes: TestChanges = {}, limits: Parameters<typeof filesAt>[1] = {}) {
  const folder = temporaryFolder();
  const { files } = filesAt(folder, limits);
  const app = testApp(answerWith('Hi'), { files, ...changes });
  const server = createServer(app.app).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const begin = (headers: Record<string, string> = {}): { sent: ClientRequest; answer: Promise<Answer> } => {
    const type = `multipart/form-data; boundary=${boundary}`;
    const sent = request({ port, path: '/v1/files', method: 'POST', headers: { 'content-type': type, ...headers } });
    return { sent, answer: answerOf(sent) };
  };
  const post = (body: string, headers: Record<string, string> = {}): Promise<Answer> => {
    const { sent, answer } = begin(headers);
    sent.end(body);
    return answer;
  };
  const left = (): string[] => filesBelow(join(folder, 'files')).filter((path) => !path.endsWith('.lock'));
  return { ...app, files, begin, post, left, port };
}

interface Answer {
  status: number | undefined;
  headers: IncomingMessage['headers'];
  body: { error?: { message: string; type: string; param?: string; code?: string } } & Record<string, unknown>;
}

async function answerOf(sent: ClientRequest): Promise<Answer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.on('response', resolve).on('error', reject);
  });
  const { statusCode: status, headers } = response;
  return { status, headers, body: JSON.parse(await text(response)) as Answer['body'] };
}

describe('an upload', () => {
  it('has its fields before or after the file', async () => {
    const { post } = await serve();
    const answers = [await post(form(purpose, file)), await post(form(file, purpose))];
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(body).toMatchObject({ object: 'file', bytes: 5, filename: 'a.txt', purpose: 'user_data' });
    }
  });

  it('needs no name, and one of the API needs no field', async () => {
    const { post } = await serve();
    const { body } = await post(form(['file', 'hello']), anthropic);
    expect(body).toMatchObject({ type: 'file', filename: 'unnamed', mime_type: 'text/plain' });
    expect((await post(form(['file', 'hello', '']), anthropic)).body).toMatchObject({ filename: 'unnamed' });
  });

  it('keeps names in any script', async () => {
    const { post } = await serve();
    expect((await post(form(['file', '1', 'Größe 日本.csv'], purpose))).body).toMatchObject({
      filename: 'Größe 日本.csv',
    });
  });

  it('may be empty', async () => {
    const { post } = await serve();
    expect((await post(form(['file', '', 'empty.txt'], purpose))).body).toMatchObject({ bytes: 0 });
  });

  it.each<[string, Part[], string | undefined]>([
    ['no file', [purpose], 'file'],
    ['no parts', [], 'file'],
    ['two files', [file, file, purpose], 'file'],
    ['a file of another name', [['document', 'hello', 'a.txt'], purpose], 'file'],
    ['no purpose', [file], 'purpose'],
    ['an unknown purpose', [['purpose', 'fun'], file], 'purpose'],
    ['a field twice', [purpose, purpose, file], 'purpose'],
    ['a long field', [['purpose', 'x'.repeat(2000)], file], 'purpose'],
    ['an anchor alone', [purpose, file, ['expires_after[anchor]', 'created_at']], 'expires_after[seconds]'],
    ['a time alone', [purpose, file, ['expires_after[seconds]', '3600']], 'expires_after[anchor]'],
    ['a short time', [purpose, file, ['expires_after[seconds]', '3599']], 'expires_after[seconds]'],
    ['a name that leads out', [purpose, ['file', 'hello', '../a.txt']], 'file'],
    ['a name with Windows parts that leads out', [purpose, ['file', 'hello', '..\\\\..\\\\a.txt']], 'file'],
  ])('with %s is refused, and leaves nothing', async (_what, parts, param) => {
    const { post, left } = await serve();
    const { status, body } = await post(form(...parts));
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ type: 'invalid_request_error', param });
    expect(left()).toEqual([]);
  });

  const further: Part[] = [['a', '1'], file, ['b\u007f', '2'], ['c[d]', '3']];

  it.each([
    ['OpenAI', [...further, purpose], {}, 'a, (unprintable), c[d]'],
    ['Anthropic', [...further, purpose], anthropic, 'a, (unprintable), c[d], purpose'],
  ])(
    'with fields that the API of %s has not is kept, and its answer names them',
    async (_api, parts, headers, names) => {
      const { post } = await serve();
      const answer = await post(form(...parts), headers);
      expect(answer.status).toBe(200);
      expect(answer.headers['x-claude-harness-ignored']).toBe(names);
      expect((await post(form(purpose, file))).headers).not.toHaveProperty('x-claude-harness-ignored');
    },
  );

  it.each([
    ['OpenAI', {}],
    ['Anthropic', anthropic],
  ])('with fields that the API of %s has not is refused where the owner wants that', async (_api, headers) => {
    const { post, left } = await serve({ unsupportedParams: 'reject' });
    const { status, body } = await post(form(['b', '2'], file), headers);
    expect(status).toBe(400);
    expect(body.error?.message).toContain('cannot honour b and');
    expect(left()).toEqual([]);
  });

  it("says what is wrong in the words of Anthropic's API", async () => {
    const { post } = await serve();
    const { status, body } = await post(form(['expires_in_seconds', '1'], file), anthropic);
    expect(status).toBe(400);
    expect(body).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error', message: expect.stringMatching(/^expires_in_seconds: /) as string },
    });
  });

  it('with many parts, long headers or much besides the file is refused', async () => {
    const { post, left } = await serve();
    const many = Array.from({ length: 30 }, (_, index): Part => [`field${index}`, 'x']);
    expect((await post(form(...many, file))).status).toBe(413);
    const header = `--${boundary}\r\nx: ${'y'.repeat(100_000)}\r\n\r\n\r\n`;
    // Too long to be read, and so nobody's.
    expect((await post(header + form(file, purpose))).status).toBe(200);
    expect((await post('preamble '.repeat(200_000) + form(file, purpose))).status).toBe(413);
    expect((await post(form(file, purpose) + 'epilogue '.repeat(200_000))).status).toBe(413);
    expect(left()).toHaveLength(1);
  });

  it.each([
    ['JSON', { 'content-type': 'application/json' }],
    ['a form of another kind', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['no boundary', { 'content-type': 'multipart/form-data' }],
    ['a compressed body', { 'content-encoding': 'gzip' }],
  ])('as %s is refused', async (_what, headers) => {
    const { post } = await serve();
    expect((await post(form(file, purpose), headers)).status).toBe(415);
  });

  it('of another web page is refused', async () => {
    const { post } = await serve();
    const answer = await post(form(file, purpose), { origin: 'https://evil.example' });
    expect(answer.status).toBe(403);
  });

  it('that breaks off is refused, and leaves nothing', async () => {
    const { post, left } = await serve();
    const whole = form(purpose, file);
    for (const end of [10, 60, 140, 170, whole.length - 30, whole.length - 6]) {
      expect((await post(whole.slice(0, end))).status, String(end)).toBe(400);
    }
    expect(left()).toEqual([]);
  });

  it('that is too large is refused while it comes, and its client learns why', async () => {
    const { begin, left } = await serve({}, { maxBytes: 100_000 });
    const { sent, answer } = begin();
    sent.write(openForm(purpose, ['file', 'x', 'a.txt']));
    const pouring = setInterval(() => sent.write(Buffer.alloc(60_000, 'x')), 5);
    const { status, body } = await answer;
    clearInterval(pouring);
    sent.destroy();
    expect(status).toBe(413);
    expect(body.error).toMatchObject({ param: 'file', message: expect.stringContaining('files.max_size') as string });
    expect(left()).toEqual([]);
  });

  it.each([
    ['a client', { maxPerClient: 10_000 }, 'files.max_per_client'],
    ['all', { maxTotal: 10_000 }, 'files.max_total'],
  ])('beyond what %s may keep is refused, until something is deleted', async (_who, limits, key) => {
    const { post, files, left } = await serve({}, limits);
    const large = (content: string): Part[] => [purpose, ['file', content.repeat(9000), 'a.txt']];
    const first = await post(form(...large('x')));
    const { status, body } = await post(form(...large('y')));
    expect(status).toBe(413);
    expect(body.error).toMatchObject({ code: 'files_full', message: expect.stringContaining(key) as string });
    expect(left()).toHaveLength(1);
    await files.delete(undefined, String(first.body['id']));
    expect((await post(form(...large('y')))).status).toBe(200);
  });

  it('of a client that leaves is given up, and leaves nothing', async () => {
    const { begin, left, active } = await serve();
    const { sent, answer } = begin();
    answer.catch(() => undefined);
    sent.write(openForm(purpose, file));
    await until(() => left().length === 1);
    sent.destroy();
    await until(() => left().length === 0);
    expect(await active.idle(1000)).toBe(true);
  });

  it('is given up when the service ends, and says so', async () => {
    const { begin, left, active } = await serve();
    const { sent, answer } = begin();
    sent.write(openForm(purpose, file));
    await until(() => left().length === 1);
    active.abortAll(new HarnessError('DRAINING', 'The harness is shutting down.'));
    expect(await answer).toMatchObject({ status: 503 });
    expect(left()).toEqual([]);
    sent.destroy();
  });
});

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await delay(5);
}
