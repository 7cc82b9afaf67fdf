import type { RequestHandler } from 'express';

/** `GET /openapi.json`. It is made when it is first asked for, and kept. */
export function describeApi(): RequestHandler {
  let description: Promise<string> | undefined;
  return async (_req, res) => {
    description ??= write();
    res.type('json').send(await description);
  };
}

/** Most services are never asked, so nothing of it is loaded before. */
async function write(): Promise<string> {
  const { createDocument } = await import('../openapi/document.ts');
  return JSON.stringify(createDocument());
}
