import { createWriteStream, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import bytes from 'bytes';
import * as z from 'zod';
import { fetchAt } from '../../util/fetch-at.ts';
import { describeRefusal } from '../refusal.ts';
import { authorization, describeSilence, type RunningService } from '../running-service.ts';
import { Progress, type ProgressOptions } from '../progress.ts';
import { toTextTable } from '../text-table.ts';
import { uploadForm } from '../upload-form.ts';

export interface FilesSurroundings {
  print: (text: string) => void;
  progress: ProgressOptions;
}

const wireFile = z.looseObject({
  id: z.string(),
  filename: z.string(),
  mime_type: z.string(),
  size_bytes: z.number(),
  created_at: z.string(),
  expires_at: z.string().nullish(),
});
const page = z.looseObject({ data: z.array(wireFile), next_page: z.string().nullable() });
const uploaded = z.looseObject({ id: z.string() });

/** Anthropic's format says more of a file. */
const inAnthropicFormat = { 'anthropic-version': '2023-06-01' };

/** Lists the files of this token. Like all that follow, returns the exit code. */
export async function listFiles(
  service: RunningService,
  isJson: boolean,
  { print }: FilesSurroundings,
): Promise<number> {
  return asking(service, print, async (ask) => {
    const files: z.infer<typeof wireFile>[] = [];
    for (let next: string | null = ''; next !== null;) {
      const query = new URLSearchParams({ limit: '1000', ...(next !== '' && { page: next }) });
      const answer = page.parse(await (await ask(`/v1/files?${query.toString()}`)).json());
      files.push(...answer.data);
      next = answer.next_page;
    }
    if (isJson) {
      print(`${JSON.stringify(files, null, 2)}\n`);
      return;
    }
    const rows = files.map(({ id, size_bytes, mime_type, created_at, expires_at, filename }) => [
      ...[id, created_at.slice(0, 16).replace('T', ' '), expires_at?.slice(0, 10) ?? 'never', mime_type],
      ...[filename, bytes.format(size_bytes) ?? ''],
    ]);
    const heads = ['id', 'created (UTC)', 'expires', 'type', 'name', 'size'];
    print(`${toTextTable([heads, ...rows], { textColumns: 5 }).lines.join('\n')}\n`);
  });
}

export async function putFile(
  service: RunningService,
  path: string,
  purpose: string,
  { print, progress: options }: FilesSurroundings,
): Promise<number> {
  const progress = new Progress(options);
  const sent = progress.transfer('sent', statSync(path).size);
  return asking(service, print, async (ask) => {
    try {
      const answer = await ask('/v1/files', { method: 'POST', ...uploadForm(path, purpose, sent) });
      progress.end();
      print(`${uploaded.parse(await answer.json()).id}\n`);
    } finally {
      progress.end();
    }
  });
}

/** `target`: a path, under the name of the file in this folder by default. What is there is not replaced. */
export async function getFile(
  service: RunningService,
  id: string,
  target: string | undefined,
  { print, progress: options }: FilesSurroundings,
): Promise<number> {
  return asking(service, print, async (ask) => {
    const headers = inAnthropicFormat;
    const file = wireFile.parse(await (await ask(`/v1/files/${encodeURIComponent(id)}`, { headers })).json());
    const path = resolve(target ?? basename(file.filename));
    if (existsSync(path)) throw new ForPeople(`${path} exists; name another file with --output.`);
    const content = await ask(`/v1/files/${encodeURIComponent(id)}/content`, { headers });
    const progress = new Progress(options);
    const received = progress.transfer('received', file.size_bytes);
    const part = `${path}.part`;
    try {
      const pieces = Readable.fromWeb(content.body as Parameters<typeof Readable.fromWeb>[0]);
      pieces.on('data', (piece: Buffer) => {
        received(piece.length);
      });
      await pipeline(pieces, createWriteStream(part, { flags: 'wx' }));
      renameSync(part, path);
      progress.end();
      print(`${path}\n`);
    } catch (error) {
      progress.end();
      rmSync(part, { force: true });
      throw error;
    }
  });
}

export async function removeFiles(
  service: RunningService,
  ids: readonly string[],
  { print }: FilesSurroundings,
): Promise<number> {
  return asking(service, print, async (ask) => {
    for (const id of ids) await ask(`/v1/files/${encodeURIComponent(id)}`, { method: 'DELETE' });
  });
}

/** Says what the reader has to know, and nothing of what the program was doing. */
class ForPeople extends Error {}

type Ask = (
  path: string,
  init?: Omit<RequestInit, 'headers'> & { headers?: Record<string, string>; duplex?: 'half' },
) => Promise<Response>;

async function asking(
  service: RunningService,
  print: (text: string) => void,
  work: (ask: Ask) => Promise<void>,
): Promise<number> {
  const ask: Ask = async (path, init = {}) => {
    const headers = { ...inAnthropicFormatUnless(init.method), ...authorization(service.token), ...init.headers };
    const response = await fetchAt(service.url, path, { ...init, headers });
    if (response.ok) return response;
    throw new ForPeople(describeRefusal(response.status, await response.json().catch(() => undefined)).trimEnd());
  };
  try {
    await work(ask);
    return 0;
  } catch (error) {
    print(error instanceof ForPeople ? `${error.message}\n` : describeSilence(service, error));
    return 1;
  }
}

/** An upload names a purpose, which only OpenAI's format has. */
function inAnthropicFormatUnless(method: string | undefined): Record<string, string> {
  return method === 'POST' ? {} : inAnthropicFormat;
}
