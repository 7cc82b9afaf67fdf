import { text } from 'node:stream/consumers';
import type { FileDraft, Files, StoredFile } from '../../../src/core/files.ts';
import type { Caller } from '../../../src/core/sessions.ts';

/** A file of requests, unless it is said otherwise. */
export function addText(
  files: Files,
  content: string,
  draft: Partial<FileDraft> = {},
  caller?: Caller,
): Promise<StoredFile> {
  const whole = { idPrefix: 'file-', filename: 'a.jsonl', purpose: 'batch', ...draft } as const;
  return files.add(caller, whole, toPieces(content));
}

export async function textOf(files: Files, id: string, caller?: Caller): Promise<string> {
  return text((await files.read(caller, id)).content);
}

/** Newest first. */
export async function listFiles(files: Files, caller?: Caller): Promise<readonly StoredFile[]> {
  return (await files.list(caller, { limit: 1000, order: 'desc' })).data;
}

/** Short ones in pieces that end in the middle of characters and lines. */
async function* toPieces(content: string): AsyncGenerator<Uint8Array, void, undefined> {
  await Promise.resolve();
  const bytes = Buffer.from(content);
  const size = bytes.length < 10_000 ? 7 : 65_536;
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}
