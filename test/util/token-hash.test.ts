import { expect, it } from 'vitest';
import { hashToken } from '../../src/util/token-hash.ts';

it('a token is hashed as SHA-256 in lowercase hex', () => {
  // From the NIST examples for SHA-256.
  expect(hashToken('abc')).toBe('sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

it('a token beyond ASCII is hashed as its UTF-8 bytes', () => {
  expect(hashToken('é')).toBe('sha256:4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c');
});
