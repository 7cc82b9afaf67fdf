import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { parseJson } from '../core/parse-json.ts';

/**
 * The API's answer to a request that it did not serve, as the CLI notes it in its log of errors (2.1.197 to 2.1.332).
 * What the CLI prints may hide it: it takes out an image that was refused and asks again, has its own words for some
 * errors, and makes a guess where the API refuses to count tokens.
 */
export interface LoggedFailure {
  request: 'message' | 'count';
  /** Absent where there was no answer. */
  status?: number;
  /** The API's own sentence, or the CLI's where there was no answer. */
  sentence: string;
}

/** Where a process with this folder for temporary files writes its errors; the folder is private, and goes with it. */
export function errorLogIn(tmpDir: string): string {
  return join(tmpDir, 'errors.log');
}

/** Has the CLI note its errors in a file; that it notes nothing else is for its environment to say. */
export function errorLogArguments(path: string): string[] {
  return ['--debug-file', path];
}

/** Thousands of failures; of a longer log the end is read. */
const maxBytes = 1024 * 1024;

/** Whether a log has more than failures in it: a CLI may note everything that it does, after an update. */
export function isErrorLogFull(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > maxBytes;
}

/** A line may come some milliseconds after what the CLI prints about it (2.1.332). */
const behindMs = 60;
const pollMs = 10;

/**
 * The failures that a process has noted since a time, in milliseconds since the epoch, oldest first; where there are none
 * it takes a moment to be sure. None where there is no log, as on a full disk.
 */
export async function readErrorLog(path: string, since: number): Promise<LoggedFailure[]> {
  for (let waitedMs = 0; ; waitedMs += pollMs) {
    const text = await readEnd(path);
    const failures = text.split('\n').flatMap((line) => parseLine(line, since) ?? []);
    if (failures.length > 0 || waitedMs >= behindMs) return failures;
    await setTimeout(pollMs);
  }
}

async function readEnd(path: string): Promise<string> {
  // Without the log a client gets what the CLI prints.
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return '';
  try {
    const { size } = await file.stat();
    const length = Math.min(size, maxBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** `2026-11-29T02:16:17.645Z [ERROR] API error (attempt 1/1): 400 400 {"type":"error",…}`; long texts are quoted. */
const line = /^(\S+Z) \[ERROR\] "?(API error \(attempt \d+\/\d+\)|countTokens API call failed): (.+)$/;

/** The status, which the first kind of line has twice, and the answer's body. */
const answer = /^(?:\d{3} )?(\d{3}) (.*)$/;

const errorBody = z.object({ error: z.object({ message: z.string() }) });

function parseLine(text: string, since: number): LoggedFailure | undefined {
  const [, time = '', kind = '', said = ''] = line.exec(text) ?? [];
  if (!(Date.parse(time) >= since)) return undefined;
  const request = kind.startsWith('count') ? 'count' : 'message';
  const [, status, body = ''] = answer.exec(said) ?? [];
  if (status === undefined) return { request, sentence: said.replace(/^undefined /, '') };
  const parsed = errorBody.safeParse(parseJson(body));
  return { request, status: Number(status), sentence: parsed.data?.error.message ?? body };
}
