import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, RequestHandler, Response } from 'express';
import { HarnessError } from '../../../core/errors.ts';
import type { ByteRange, StoredFile } from '../../../core/files.ts';
import { answered } from '../../middleware/record-request.ts';
import { recordOf } from '../../record-of.ts';
import { apiOf } from '../../requested-route.ts';
import { trackConnection } from '../../track-connection.ts';
import { idOf } from '../agents/agent-route.ts';
import type { RouteServices } from '../route.ts';

/** Sends the content of a file, or the part of it that is asked for. */
export function download(services: RouteServices): RequestHandler {
  return async (req, res) => {
    await answered(res, () => sendContent(req, res, services));
  };
}

async function sendContent(req: Request, res: Response, { files, active, settings }: RouteServices): Promise<void> {
  const { caller } = recordOf(res);
  const file = await files.describe(caller, idOf(req), 'id');
  const range = rangeOf(req, file);
  if (range === 'unsatisfiable') {
    refuseRange(req, res, file, settings.planLimitStatus);
    return;
  }
  if (req.method === 'HEAD' || isKnown(req, file)) {
    setContentHeaders(res, file, range);
    res.status(isKnown(req, file) ? 304 : res.statusCode).end();
    return;
  }
  const signal = trackConnection(res, active);
  const readable = Readable.from((await files.read(caller, file.id, range)).content);
  // Before anything is said: that a file cannot be read is an error like any other.
  await once(readable, 'readable');
  setContentHeaders(res, file, range);
  try {
    await pipeline(readable, res, { signal });
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}

function tagOf({ sha256 }: StoredFile): string {
  return `"${sha256}"`;
}

/** Whether the client has the content already. */
function isKnown(req: Request, file: StoredFile): boolean {
  const known = req.get('if-none-match')?.split(/\s*,\s*/) ?? [];
  return known.includes(tagOf(file)) || known.includes('*');
}

/** No browser runs what is in it, or takes it for a page of this service. */
function setContentHeaders(res: Response, file: StoredFile, range: ByteRange | undefined): void {
  const { filename, mimeType, sizeBytes } = file;
  const length = range === undefined ? sizeBytes : range.last - range.first + 1;
  if (range !== undefined) {
    res.status(206).set('content-range', `bytes ${range.first}-${range.last}/${sizeBytes}`);
  }
  res.attachment(filename);
  res.set({
    'content-type': mimeType,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'private, no-cache',
    'accept-ranges': 'bytes',
    etag: tagOf(file),
    'content-length': String(length),
  });
}

/** Undefined for all of it, also where several parts are asked for, or the file is another than the client knows. */
function rangeOf(req: Request, file: StoredFile): ByteRange | 'unsatisfiable' | undefined {
  const known = req.get('if-range');
  if (known !== undefined && known !== tagOf(file)) return undefined;
  const ranges = req.range(file.sizeBytes, { combine: true });
  if (ranges === -1) return 'unsatisfiable';
  if (ranges === undefined || ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return undefined;
  const [range] = ranges;
  return range === undefined ? undefined : { first: range.start, last: range.end };
}

/** HTTP has a status of its own for this; the rest is as in any error of the API. */
function refuseRange(
  req: Request,
  res: Response,
  { sizeBytes }: StoredFile,
  planLimitStatus: RouteServices['settings']['planLimitStatus'],
): void {
  const record = recordOf(res);
  const message = `The range begins after the end of the file, which has ${sizeBytes} bytes.`;
  const error = record.failed(new HarnessError('INVALID_REQUEST', message, { param: 'range' }));
  const { requestId } = record;
  const { body } = apiOf(req, res).error(error, { requestId, stream: false, now: Date.now, planLimitStatus });
  res.status(416).set('content-range', `bytes */${sizeBytes}`).json(body);
}
