import type { IncomingMessage } from 'node:http';

/** The Messages API's own limit. */
const maxBodyBytes = 32 * 1024 * 1024;

type JsonBody = { outcome: 'read'; body: unknown } | { outcome: 'too-large' } | { outcome: 'invalid' };

/** Reads a request to its end and parses it; beyond the limit it keeps reading, so that the client gets the answer. */
export async function readJson(request: IncomingMessage): Promise<JsonBody> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maxBodyBytes) chunks.push(chunk);
  }
  if (bytes > maxBodyBytes) return { outcome: 'too-large' };
  try {
    return { outcome: 'read', body: JSON.parse(Buffer.concat(chunks).toString('utf8')) };
  } catch {
    return { outcome: 'invalid' };
  }
}
