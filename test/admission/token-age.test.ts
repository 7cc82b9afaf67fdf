import { describe, expect, it } from 'vitest';
import { tokenNotice } from '../../src/admission/token-age.ts';

const day = 24 * 60 * 60 * 1000;
const storedAt = Date.UTC(2026, 0, 1);

describe('tokenNotice', () => {
  it.each([0, 1, 334])('says nothing of a token that was stored %i days ago', (days) => {
    expect(tokenNotice({ storedAt }, storedAt + days * day)).toBeUndefined();
  });

  it.each([
    [335, 'ends in about 30 days'],
    [364.5, 'ends in about 1 days'],
    [365, 'has probably ended'],
    [900, 'has probably ended'],
  ])('says of one that was stored %d days ago that it %s', (days, words) => {
    const notice = tokenNotice({ storedAt }, storedAt + days * day);
    expect(notice).toContain(words);
    expect(notice).toContain('manage.sh login --token');
  });
});
