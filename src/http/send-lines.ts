import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';

/**
 * Sends texts as they come, as fast as the client takes them. A failure before the first one is thrown and can have its
 * own status; a later one cuts the connection. A client that leaves is no failure.
 */
export async function sendLines(
  req: Pick<Request, 'method'>,
  res: Response,
  type: string,
  lines: AsyncIterable<string>,
): Promise<void> {
  const iterator = lines[Symbol.asyncIterator]();
  const first = await iterator.next();
  res.setHeader('content-type', type);
  if (req.method === 'HEAD') {
    await iterator.return?.();
    res.end();
    return;
  }
  try {
    await pipeline(Readable.from(from(first, iterator)), res);
  } catch (reason) {
    if (!isClientGone(reason)) throw reason;
  }
}

async function* from(
  first: IteratorResult<string>,
  rest: AsyncIterator<string>,
): AsyncGenerator<string, void, undefined> {
  try {
    for (let next = first; next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

function isClientGone(reason: unknown): boolean {
  return reason instanceof Error && 'code' in reason && reason.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
