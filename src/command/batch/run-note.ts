import { rename, rm, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { readIfThere } from '../../util/read-if-there.ts';

const note = z.object({
  id: z.string(),
  family: z.enum(['anthropic', 'openai']),
  /** The SHA-256 of the file of requests. */
  input: z.string(),
});

/** Which batch a file of results is to be of, so that a second call goes on with it. */
export type RunNote = z.infer<typeof note>;

export function notePathOf(out: string): string {
  return `${out}.batch`;
}

export function readNote(out: string): RunNote | undefined {
  const text = readIfThere(notePathOf(out));
  if (text === undefined) return undefined;
  try {
    return note.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${notePathOf(out)} can't be read; remove it to begin anew.`, { cause });
  }
}

/** It is there as a whole, or not at all. */
export async function writeNote(out: string, content: RunNote): Promise<void> {
  const path = notePathOf(out);
  await writeFile(`${path}.part`, `${JSON.stringify(content)}\n`);
  await rename(`${path}.part`, path);
}

export async function removeNote(out: string): Promise<void> {
  await rm(notePathOf(out), { force: true });
}
