import type { Request } from 'express';

/**
 * The address of a path of this service, as its client reaches it: by the Host header, which has been checked. A proxy
 * that ends TLS says so in a header; whoever makes that up gets nothing but a wrong link.
 */
export function ownUrl(req: Pick<Request, 'get' | 'protocol'>, path: string): string {
  const isSecure = req.protocol === 'https' || req.get('x-forwarded-proto')?.split(',')[0]?.trim() === 'https';
  return `${isSecure ? 'https' : 'http'}://${req.get('host') ?? ''}${path}`;
}
