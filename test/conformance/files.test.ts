import { createReadStream, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic, { NotFoundError, toFile } from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHarness, type Harness } from '../support/harness.ts';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const day = 24 * 60 * 60;

let harness: Harness;
let folder: string;
let path: string;

beforeAll(async () => {
  harness = await startHarness();
  folder = mkdtempSync(join(tmpdir(), 'harness-uploads-'));
  path = join(folder, 'notes.md');
  writeFileSync(path, '# Notes\n');
});
afterAll(async () => {
  await harness.stop();
  rmSync(folder, { recursive: true });
});

function anthropicClient(): Anthropic {
  return new Anthropic({ baseURL: harness.url, apiKey: 'any', maxRetries: 0 });
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe("Anthropic's client", () => {
  it('uploads a stream, and reads, downloads and deletes it', async () => {
    const { files } = anthropicClient();
    const file = await files.upload({ file: createReadStream(path), expires_in_seconds: 3600 });
    expect(file).toMatchObject({
      id: expect.stringMatching(/^file_/) as string,
      type: 'file',
      filename: 'notes.md',
      mime_type: 'text/markdown',
      size_bytes: 8,
      downloadable: true,
    });
    const lifeMs = Date.parse(file.expires_at ?? '') - Date.parse(file.created_at);
    expect(lifeMs).toBe(3_600_000);
    expect(await files.retrieveMetadata(file.id)).toEqual(file);
    const download = await files.download(file.id);
    expect(await download.text()).toBe('# Notes\n');
    expect(await files.delete(file.id)).toEqual({ id: file.id, type: 'file_deleted' });
    await expect(files.retrieveMetadata(file.id)).rejects.toBeInstanceOf(NotFoundError);
  });

  it('lists page by page, and files by their ids, while each is deleted', async () => {
    const { files } = anthropicClient();
    const uploads: string[] = [];
    for (let count = 0; count < 5; count++) {
      uploads.push((await files.upload({ file: await toFile(Buffer.from(String(count)), `${count}.txt`) })).id);
    }
    const some = await files.list({ ids: uploads.slice(0, 2) });
    expect(some.data.map(({ id }) => id)).toEqual(uploads.slice(0, 2).reverse());
    const listed: string[] = [];
    for await (const file of files.list({ limit: 2 })) {
      listed.push(file.id);
      await files.delete(file.id);
    }
    expect(listed).toEqual(uploads.toReversed());
    expect(await collect(files.list())).toEqual([]);
  });

  it('does the same in the beta', async () => {
    const { files } = anthropicClient().beta;
    const betas = ['files-api-2025-04-14' as const];
    const file = await files.upload({ file: await toFile(png, 'picture.pdf', { type: 'application/pdf' }), betas });
    expect(file).toMatchObject({ filename: 'picture.pdf', mime_type: 'image/png' });
    expect(file).not.toHaveProperty('expires_at');
    // The client's pages have fields of the later form only.
    const page: unknown = await (await files.list({ betas }).asResponse()).json();
    expect(page).toEqual({ data: [file], has_more: false, first_id: file.id, last_id: file.id, next_page: null });
    const download = await files.download(file.id, { betas });
    expect(Buffer.from(await download.arrayBuffer())).toEqual(png);
    expect(await collect(files.list())).toHaveLength(1);
    expect(await files.delete(file.id, { betas })).toEqual({ id: file.id, type: 'file_deleted' });
  });

  it('lists page by page in the beta, also with the names of its older clients', async () => {
    const { files } = anthropicClient().beta;
    const betas = ['files-api-2025-04-14' as const];
    const uploads: string[] = [];
    for (let count = 0; count < 5; count++) {
      const file = await toFile(Buffer.from(String(count)), `${count}.txt`);
      uploads.push((await files.upload({ file, betas })).id);
    }
    const newestFirst = uploads.toReversed();
    expect((await collect(files.list({ limit: 2, betas }))).map(({ id }) => id)).toEqual(newestFirst);
    expect((await collect(files.list({ ids: uploads.slice(0, 2), betas }))).map(({ id }) => id)).toEqual(
      newestFirst.slice(3),
    );
    const older = async (query: string) => {
      const headers = { 'anthropic-version': '2023-06-01', 'anthropic-beta': 'files-api-2025-04-14' };
      const response = await fetch(`${harness.url}/v1/files?${query}`, { headers });
      const { data, ...rest } = (await response.json()) as { data: { id: string }[] } & Record<string, unknown>;
      return { ...rest, ids: data.map(({ id }) => id) };
    };
    expect(await older(`limit=2&after_id=${newestFirst[1] ?? ''}`)).toEqual({
      ids: newestFirst.slice(2, 4),
      has_more: true,
      first_id: newestFirst[2],
      last_id: newestFirst[3],
      next_page: expect.stringMatching(/^page_/) as string,
    });
    const before = await older(`limit=2&before_id=${newestFirst[3] ?? ''}`);
    expect(before).toMatchObject({ ids: newestFirst.slice(1, 3), has_more: true, next_page: null });
    for (const id of uploads) await files.delete(id, { betas });
  });

  it('learns which field is wrong', async () => {
    const { files } = anthropicClient();
    const uploading = files.upload({ file: createReadStream(path), expires_in_seconds: 60 });
    await expect(uploading).rejects.toMatchObject({
      status: 400,
      error: { type: 'error', error: { message: expect.stringMatching(/^expires_in_seconds: /) as string } },
    });
    await expect(files.list({ limit: 0 })).rejects.toMatchObject({ status: 400 });
  });
});

describe("OpenAI's client", () => {
  it('uploads a stream, and reads, downloads and deletes it', async () => {
    const { files } = harness.client;
    const file = await files.create({
      file: createReadStream(path),
      purpose: 'user_data',
      expires_after: { anchor: 'created_at', seconds: 3600 },
    });
    expect(file).toEqual({
      id: expect.stringMatching(/^file-/) as string,
      object: 'file',
      bytes: 8,
      created_at: expect.closeTo(Date.now() / 1000, -1) as number,
      expires_at: file.created_at + 3600,
      filename: 'notes.md',
      purpose: 'user_data',
      status: 'processed',
    });
    expect(await files.retrieve(file.id)).toEqual(file);
    expect(await files.waitForProcessing(file.id)).toEqual(file);
    const content = await files.content(file.id);
    expect(await content.text()).toBe('# Notes\n');
    expect(await files.delete(file.id)).toEqual({ id: file.id, object: 'file', deleted: true });
    await expect(files.retrieve(file.id)).rejects.toMatchObject({ status: 404, code: 'file_not_found' });
  });

  it('uploads from memory, under every base, and lists page by page', async () => {
    const { client } = harness;
    const sdk = new OpenAI({ baseURL: `${harness.url}/sdk`, apiKey: 'any', maxRetries: 0 });
    const line = new File(['{}\n'], 'input.jsonl');
    const batch = await client.files.create({ file: line, purpose: 'batch' });
    expect(batch.expires_at).toBe(batch.created_at + 30 * day);
    const picture = await sdk.files.create({ file: new File([png], 'a.png'), purpose: 'vision' });
    const ids = async (query: OpenAI.FileListParams) => (await collect(client.files.list(query))).map(({ id }) => id);
    expect(await ids({ limit: 1 })).toEqual([picture.id, batch.id]);
    expect(await ids({ limit: 1, order: 'asc' })).toEqual([batch.id, picture.id]);
    expect(await ids({ purpose: 'batch' })).toEqual([batch.id]);
    expect(await ids({ purpose: 'unknown' })).toEqual([]);
    await client.files.delete(batch.id);
    await client.files.delete(picture.id);
  });

  it('learns which field is wrong', async () => {
    const { files } = harness.client;
    const purpose = 'nothing' as 'batch';
    await expect(files.create({ file: createReadStream(path), purpose })).rejects.toMatchObject({
      status: 400,
      param: 'purpose',
    });
    await expect(files.content('file-none')).rejects.toMatchObject({ status: 404 });
  });

  it("is answered where LiteLLM looks whether there are files, whatever its base's path", async () => {
    for (const base of ['/v1', '', '/sdk', '/sdk/v1']) {
      const response = await fetch(`${harness.url}${base}/files`, { headers: { authorization: 'Bearer any' } });
      expect(response.status, base).toBe(200);
    }
  });
});

it('leaves nothing of what was deleted', () => {
  const root = join(harness.home, 'state/files');
  const kept = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(kept.map(({ name }) => name)).toEqual([expect.stringMatching(/\.lock$/)]);
});
