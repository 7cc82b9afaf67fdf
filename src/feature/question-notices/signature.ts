import { createHmac, timingSafeEqual } from 'node:crypto';

export type Decision = 'allow' | 'deny';

/** What a link does: it answers one question, in one way, until a time. */
export interface LinkTarget {
  /** Of the question. */
  id: string;
  decision: Decision;
  /** In seconds since the epoch. */
  expires: number;
}

/** HMAC-SHA256 over all of the target, in base64url. */
export function sign(key: Uint8Array, { id, decision, expires }: LinkTarget): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([id, decision, expires]))
    .digest('base64url');
}

/** Takes the same time wherever the signature differs. */
export function isSigned(key: Uint8Array, target: LinkTarget, signature: string): boolean {
  const expected = Buffer.from(sign(key, target));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
