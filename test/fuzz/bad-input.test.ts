import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examples, noncePlace, type Example } from './examples.ts';
import { noncePattern, startFuzzedService, type Answer, type FuzzedService } from './fuzzed-service.ts';
import {
  damagedBytes,
  deepValues,
  hugeValues,
  mutate,
  objectsOf,
  oddMembers,
  placesOf,
  wrongValues,
  type Mutation,
} from './mutations.ts';

/**
 * How many random requests are sent; `FUZZ_RUNS=50000 npx vitest run test/fuzz` (or `npm run fuzz -- 50000`) sends
 * more. `FUZZ_SEED` chooses other ones; a failure names the seed that brings it back.
 */
const runs = Number(process.env['FUZZ_RUNS'] ?? 5000);
const seed = Number(process.env['FUZZ_SEED'] ?? 1);
/** So many go out at once. */
const batch = 20;

let service: FuzzedService;

beforeAll(async () => {
  service = await startFuzzedService();
});

afterAll(async () => {
  await service.stop();
});

/** What is sent, in words that bring it back. */
interface Request {
  example: Example;
  mutations?: readonly Mutation[];
  /** Bytes written over, or put into, the body at a share of its length. */
  damage?: { at: number; bytes: Buffer; removed: number };
}

interface Outcome {
  request: Request;
  body: Buffer;
  nonce: string;
  answer: Answer;
}

async function send(request: Request): Promise<Outcome> {
  const { example, mutations = [], damage } = request;
  const nonce = `nonce-${randomBytes(8).toString('hex')}`;
  const whole = Buffer.from(mutate(example.body, mutations).replaceAll(noncePlace, nonce));
  const body = damage === undefined ? whole : damaged(whole, damage);
  const answer = await service.post(example.path, body, { 'x-request-id': nonce });
  return { request, body, nonce, answer };
}

function damaged(body: Buffer, { at, bytes, removed }: NonNullable<Request['damage']>): Buffer {
  const from = Math.floor(at * body.length);
  return Buffer.concat([body.subarray(0, from), bytes, body.subarray(from + removed)]);
}

/** What holds for every answer, whatever was asked. */
function check({ request, body, nonce, answer }: Outcome): void {
  const { status, headers, text } = answer;
  const about = JSON.stringify({ ...request, example: request.example.name }).slice(0, 300);
  // 502: the scripted answer does not match the schema that the mutation has made.
  expect([200, 400, 404, 413, 502], `${about}: ${text.slice(0, 300)}`).toContain(status);
  if (status === 502) expect(text, about).toContain('output_invalid');
  expect(text, about).not.toContain('internal_error');
  expect(headers['x-request-id'], about).toBe(nonce);
  expect(new Set(text.match(noncePattern) ?? [nonce]), about).toEqual(new Set([nonce]));
  if (status === 400 && isObject(body)) expect(fieldOf(request.example.path, text), `${about}: ${text}`).toBeTruthy();
}

function isObject(body: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** The field that an error blames: Anthropic's envelope has it at the start of the message. */
function fieldOf(path: string, text: string): string | null | undefined {
  const { error } = JSON.parse(text) as { error: { message: string; param?: string | null } };
  return path.startsWith('/v1/messages')
    ? /^[\w.$[\]-]+(?=: | is not a valid JSON schema: )/.exec(error.message)?.[0]
    : error.param;
}

async function checkAll(requests: readonly Request[]): Promise<void> {
  for (let index = 0; index < requests.length; index += batch) {
    const outcomes = await Promise.all(requests.slice(index, index + batch).map(send));
    outcomes.forEach(check);
    expect(service.uncaught).toEqual([]);
  }
  await expectSound(requests[0]?.example ?? examples[0]);
  expect(service.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  service.log.lines.length = 0;
}

/** A valid request is answered as if nothing had been. */
async function expectSound(example: Example | undefined): Promise<void> {
  if (example === undefined) throw new Error('there is no example');
  const outcome = await send({ example });
  check(outcome);
  expect(outcome.answer.status, outcome.answer.text).toBe(200);
}

it.each(examples)('answers the example $name as it is', expectSound);

describe.each(examples)('$name', (example) => {
  const replacing = (path: Mutation['path'], text: string): Request => ({
    example,
    mutations: [{ kind: 'replace', path, text }],
  });

  it('with any wrong value in any place', { timeout: 120_000 }, async () => {
    await checkAll(placesOf(example.body).flatMap((path) => wrongValues.map((text) => replacing(path, text))));
  });

  it('with a value nested very deep in any place', { timeout: 300_000 }, async () => {
    await checkAll(placesOf(example.body).flatMap((path) => deepValues.map((text) => replacing(path, text))));
  });

  it('with a huge value in any field', { timeout: 300_000 }, async () => {
    const fields = placesOf(example.body).filter(({ length }) => length <= 1);
    await checkAll(fields.flatMap((path) => hugeValues.map((text) => replacing(path, text))));
  });

  it('with odd members in any object', { timeout: 120_000 }, async () => {
    const requests = objectsOf(example.body).flatMap((path) =>
      oddMembers.map((text): Request => ({ example, mutations: [{ kind: 'member', path, text }] })),
    );
    await checkAll(requests);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('at random', () => {
  const request = fc.constantFrom(...examples).chain((example): fc.Arbitrary<Request> => {
    const text = fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...wrongValues) },
      { weight: 3, arbitrary: fc.json({ maxDepth: 4 }) },
      { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }).map((value) => JSON.stringify(value)) },
      { weight: 1, arbitrary: fc.double().map((value) => JSON.stringify(value)) },
    );
    const mutation = fc.oneof(
      fc.record({ kind: fc.constant('replace' as const), path: fc.constantFrom(...placesOf(example.body)), text }),
      fc.record({
        kind: fc.constant('member' as const),
        path: fc.constantFrom(...objectsOf(example.body)),
        text: fc.constantFrom(...oddMembers),
      }),
    );
    const damage = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      bytes: fc.oneof(
        fc.constantFrom(...damagedBytes),
        fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
      ),
      removed: fc.nat(20),
    });
    return fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({ example: fc.constant(example), mutations: fc.array(mutation, { maxLength: 3 }) }),
      },
      { weight: 1, arbitrary: fc.record({ example: fc.constant(example), damage }) },
    );
  });

  it('many requests at once, each gets its own answer', { timeout: 60_000 + runs * 60 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: batch, maxLength: batch, size: 'max' }), checkAll),
      { numRuns: Math.ceil(runs / batch), seed, endOnFailure: false },
    );
  });
});
