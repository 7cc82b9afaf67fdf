import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Conversation } from '../../../src/core/conversation.ts';
import { cacheKey, type KeyParts } from '../../../src/feature/response-cache/cache-key.ts';

const conversation: Conversation = { system: ['Be brief.'], messages: [{ role: 'user', content: [] }] };
const parts: KeyParts = {
  caller: 'sha256:aa',
  namespace: 'tests',
  dialect: 'openai',
  route: '/v1/chat/completions',
  body: { model: 'haiku', messages: [{ role: 'user', content: 'Hi' }], seed: 1, user: 'a' },
  request: { model: 'haiku', conversations: [conversation], options: { maxTokens: 9, betas: ['a'] } },
  servedBy: { backend: 'cli', model: 'claude-haiku-4-5', version: '2.1.332' },
  setup: '0.1.0',
};

/** Every place of a JSON value, but for those that say only how the answer is handed over. */
function placesOf(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [[...path]];
  return Object.entries(value).flatMap(([name, inner]) =>
    placesOf(inner, [...path, Array.isArray(value) ? Number(name) : name]),
  );
}

function withValue(value: unknown, [step, ...rest]: readonly (string | number)[], to: unknown): unknown {
  if (step === undefined) return to;
  const copy = structuredClone(value) as Record<string | number, unknown>;
  copy[step] = withValue(copy[step], rest, to);
  return copy;
}

describe('the key of a request', () => {
  it('is the same for the same request', () => {
    expect(cacheKey(structuredClone(parts))).toBe(cacheKey(parts));
    expect(cacheKey(parts)).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each(placesOf(parts).map((place) => [place.join('.'), place] as const))('differs with %s', (_name, place) => {
    fc.assert(
      fc.property(fc.jsonValue(), (other) => {
        const changed = withValue(parts, place, other) as KeyParts;
        const isSame = JSON.stringify(changed) === JSON.stringify(parts);
        expect(cacheKey(changed) === cacheKey(parts)).toBe(isSame);
      }),
    );
  });

  it('differs with any further field of the body', () => {
    const names = fc.string({ minLength: 1 }).filter((name) => !['stream', 'stream_options', 'cache'].includes(name));
    fc.assert(
      fc.property(names, fc.jsonValue(), (name, value) => {
        const body = Object.fromEntries([...Object.entries(parts.body), [name, value]]);
        fc.pre(JSON.stringify(body) !== JSON.stringify(parts.body));
        expect(cacheKey({ ...parts, body })).not.toBe(cacheKey(parts));
      }),
    );
  });

  it.each([
    ['no caller', { ...parts, caller: undefined }],
    ['no namespace', { ...parts, namespace: undefined }],
    [
      'a mark of a system prompt',
      {
        ...parts,
        request: {
          ...parts.request,
          conversations: [{ ...conversation, systemMarks: new Map([[0, { type: 'ephemeral' }]]) }],
        },
      },
    ],
    ['another order of keys', { ...parts, body: Object.fromEntries(Object.entries(parts.body).toReversed()) }],
  ] satisfies [string, KeyParts][])('differs with %s', (_name, changed) => {
    expect(cacheKey(changed)).not.toBe(cacheKey(parts));
  });

  it.each([{ stream: true }, { stream_options: { include_usage: true } }, { cache: { ttl: 5 } }])(
    'is the same with %j, which changes no answer',
    (fields) => {
      expect(cacheKey({ ...parts, body: { ...parts.body, ...fields } })).toBe(cacheKey(parts));
    },
  );
});
