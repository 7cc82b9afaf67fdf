import { describe, expect, it } from 'vitest';
import type { CacheFields } from '../../../src/core/cache.ts';
import { readControls } from '../../../src/feature/response-cache/cache-controls.ts';

const none = { maxAgeMs: Infinity, ttlMs: Infinity, noStore: false, onlyIfCached: false, namespace: undefined };

describe('what a request wants of the cache', () => {
  it.each<[string | undefined, CacheFields, object]>([
    [undefined, {}, {}],
    ['', {}, {}],
    ['no-transform, max-stale=5, private', {}, {}],
    ['no-cache', {}, { maxAgeMs: 0 }],
    [' No-Cache , MAX-AGE="60"', {}, { maxAgeMs: 0 }],
    ['no-store', {}, { noStore: true }],
    ['max-age=60', {}, { maxAgeMs: 60_000 }],
    ['max-age=0', {}, { maxAgeMs: 0 }],
    ['max-age=soon', {}, { maxAgeMs: 0 }],
    ['max-age', {}, { maxAgeMs: 0 }],
    ['only-if-cached', {}, { onlyIfCached: true }],
    [undefined, { 'no-cache': true }, { maxAgeMs: 0 }],
    [undefined, { 'no-cache': false, 'no-store': null, ttl: null, namespace: null }, {}],
    [undefined, { 'no-store': true }, { noStore: true }],
    [undefined, { 's-maxage': 30, ttl: 5.5, namespace: 'a' }, { maxAgeMs: 30_000, ttlMs: 5500, namespace: 'a' }],
    ['max-age=60', { 's-maxage': 30 }, { maxAgeMs: 30_000 }],
    ['max-age=10', { 's-maxage': 30 }, { maxAgeMs: 10_000 }],
  ])('is read from the header %j and the field %j', (header, fields, expected) => {
    expect(readControls(header, fields)).toEqual({ ...none, ...expected });
  });
});
