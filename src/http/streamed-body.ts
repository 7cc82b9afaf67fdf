import type { Request } from 'express';
import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { HarnessError } from '../core/errors.ts';

/** How a body may be packed. */
const unpackers: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * The bytes of a body, unpacked, as they come. Whoever stops reading may still answer: the connection stays. Throws
 * `BODY_TOO_LARGE` once there are more than `maxBytes`, `UNSUPPORTED_MEDIA_TYPE` where it is packed in another way,
 * `INVALID_REQUEST` where it can't be unpacked, and `ABORTED` where its client has left.
 */
export async function* readStreamedBody(
  req: Request,
  maxBytes: number,
  tooLarge: () => HarnessError,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (Number(req.get('content-length')) > maxBytes) throw tooLarge();
  let bytes = 0;
  try {
    for await (const chunk of unpacked(req)) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge();
      yield chunk;
    }
  } finally {
    // Many clients look for an answer only when all of their body has gone out.
    if (!req.destroyed) req.resume();
  }
}

async function* unpacked(req: Request): AsyncGenerator<Uint8Array, void, undefined> {
  const encoding = (req.get('content-encoding') ?? 'identity').toLowerCase();
  if (encoding === 'identity') {
    yield* received(req);
    return;
  }
  const unpacker = unpackers[encoding]?.();
  if (unpacker === undefined) {
    throw new HarnessError('UNSUPPORTED_MEDIA_TYPE', 'Send the body as UTF-8, plain or compressed with gzip.');
  }
  req.pipe(unpacker);
  const leave = (): void => {
    unpacker.destroy(clientGone());
  };
  req.once('error', leave).once('aborted', leave);
  try {
    for await (const chunk of unpacker) yield chunk as Uint8Array;
  } catch (reason) {
    if (reason instanceof HarnessError) throw reason;
    throw new HarnessError('INVALID_REQUEST', 'The request body could not be unpacked.', { cause: reason });
  } finally {
    req.off('error', leave).off('aborted', leave).unpipe(unpacker);
  }
}

async function* received(req: Request): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    // Destroyed, it would take the connection with it, and the answer.
    for await (const chunk of req.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array;
  } catch (reason) {
    throw req.destroyed ? clientGone() : reason;
  }
}

function clientGone(): HarnessError {
  return new HarnessError('ABORTED', 'The client closed the connection.');
}
