import { describe, expect, it } from 'vitest';
import { isSigned, sign, type LinkTarget } from '../../../src/feature/question-notices/signature.ts';

const key = Buffer.alloc(32, 1);
const target: LinkTarget = { id: 'sevt_1', decision: 'deny', expires: 1000 };
const signature = sign(key, target);

describe('a signature', () => {
  it('is 256 bits, and holds for what was signed', () => {
    expect(Buffer.from(signature, 'base64url')).toHaveLength(32);
    expect(isSigned(key, target, signature)).toBe(true);
  });

  it.each<[string, Partial<LinkTarget>]>([
    ['question', { id: 'sevt_2' }],
    ['decision', { decision: 'allow' }],
    ['time', { expires: 1001 }],
  ])('holds for no other %s', (_, changes) => {
    expect(isSigned(key, { ...target, ...changes }, signature)).toBe(false);
  });

  it('holds for no other key, and as a whole', () => {
    expect(isSigned(Buffer.alloc(32, 2), target, signature)).toBe(false);
    for (const other of ['', signature.slice(1), `${signature}=`, `é${signature.slice(2)}`])
      expect(isSigned(key, target, other)).toBe(false);
  });
});
