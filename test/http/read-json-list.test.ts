import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../src/core/errors.ts';
import { readJsonList } from '../../src/http/read-json-list.ts';

const options = { field: 'requests', maxItemBytes: 10_000, maxDepth: 20 };

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function read(text: string | Uint8Array, size = 3, changes: Partial<typeof options> = {}): Promise<unknown[]> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const items: unknown[] = [];
  for await (const item of readJsonList(inPieces(bytes, size), { ...options, ...changes })) items.push(item);
  return items;
}

const refusal = async (...how: Parameters<typeof read>): Promise<HarnessError> => {
  const error: unknown = await read(...how).catch((reason: unknown) => reason);
  if (error instanceof HarnessError) return error;
  throw new Error(`it was read, or failed otherwise: ${JSON.stringify(error)}`);
};

describe('a list that is read as it comes', () => {
  it('gives what JSON.parse would, however the body is cut', async () => {
    const json = fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' });
    await fc.assert(
      fc.asyncProperty(
        fc.array(json, { maxLength: 8 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(2),
        async (list, size, space) => {
          const text = JSON.stringify({ requests: list }, null, space);
          expect(await read(text, size)).toEqual((JSON.parse(text) as { requests: unknown[] }).requests);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('takes a mark of the byte order, and line breaks of any kind around and in it', async () => {
    expect(await read('\uFEFF \r\n{\r\n"requests"\t:\n[ {"a": 1} ,\r\n{"b":2}\n]}\r\n')).toEqual([{ a: 1 }, { b: 2 }]);
  });

  it('keeps a property named __proto__ as one of the object’s own', async () => {
    const [item] = await read('{"requests":[{"__proto__":{"polluted":true}}]}');
    expect(Object.keys(item as object)).toEqual(['__proto__']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('gives an item before the rest of the body is there', async () => {
    const items = readJsonList(
      (async function* () {
        yield new TextEncoder().encode('{"requests":[{"a":1},{"b"');
        await new Promise(() => undefined);
      })(),
      options,
    );
    expect(await items.next()).toEqual({ done: false, value: { a: 1 } });
  });

  it.each([
    ['', 'The request body is not valid JSON.'],
    ['{', 'The request body is not valid JSON.'],
    ['[{"a":1}]', 'The request body must be a JSON object.'],
    ['"requests"', 'The request body must be a JSON object.'],
    ['{}', 'requests: Field required'],
    ['{"requests":{"a":{}}}', 'requests: Input should be a valid list'],
    ['{"requests":null}', 'requests: Input should be a valid list'],
    ['{"requests":"text"}', 'requests: Input should be a valid list'],
    ['{"requests":[],"requests":[1]}', 'requests: Field may be given once'],
    ['{"requests":[],"metadata":{"a":"b"}}', 'metadata: Extra inputs are not permitted'],
    ['{"other":[1,2,3]}', 'other: Extra inputs are not permitted'],
    ['{"a b\\n":1}', 'body: Extra inputs are not permitted'],
    ['{"requests":[{"a":1},{"b":tru}]}', 'The request body is not valid JSON, from requests.1 on.'],
    ['{"requests":[{"a":1},]}', 'The request body is not valid JSON, from requests.1 on.'],
    ['{"requests":[{"a":1}', 'The request body is not valid JSON, from requests.1 on.'],
    ['{"requests":[{"a":1}]', 'The request body is not valid JSON, from requests.1 on.'],
    ['{"requests":[{"a":1}]} x', 'The request body is not valid JSON, from requests.1 on.'],
    ['{"requests":[{"a":1}]}{}', 'The request body is not valid JSON, from requests.1 on.'],
    ["{'requests':[]}", 'The request body is not valid JSON.'],
  ])('refuses %j', async (text, message) => {
    for (const size of [1, 1000]) {
      const error = await refusal(text, size);
      expect({ code: error.code, message: error.message }).toEqual({ code: 'INVALID_REQUEST', message });
    }
  });

  it('refuses what is not UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('{"requests":["'), Buffer.from([0xc3, 0x28]), Buffer.from('"]}')]);
    expect((await refusal(bytes)).message).toBe('The request body is not valid JSON, from requests.0 on.');
  });

  it('refuses an item that is too large while it comes', async () => {
    let sent = 0;
    const endless = (async function* () {
      yield Buffer.from('{"requests":[1,"');
      for (;;) {
        await Promise.resolve();
        sent += 1000;
        yield Buffer.alloc(1000, 'x');
      }
    })();
    const items = readJsonList(endless, options);
    expect(await items.next()).toMatchObject({ value: 1 });
    const error = (await items.next().catch((reason: unknown) => reason)) as HarnessError;
    expect(error).toMatchObject({ code: 'BODY_TOO_LARGE', facts: { param: 'requests.1' } });
    expect(sent).toBeLessThan(15_000);
  });

  it('counts the bytes of each item alone, and those of what should be a name', async () => {
    const item = JSON.stringify({ text: 'é"'.repeat(100) });
    const maxItemBytes = Buffer.byteLength(item);
    const body = `{"requests":[${[item, item, item].join(' ,\n')}]}`;
    for (const size of [1, 7, 5000]) {
      expect(await read(body, size, { maxItemBytes })).toHaveLength(3);
      expect((await refusal(body, size, { maxItemBytes: maxItemBytes - 2 })).facts.param).toBe('requests.0');
    }
    expect((await refusal(`{"${'x'.repeat(20_000)}`)).code).toBe('BODY_TOO_LARGE');
  });

  it('refuses an item that is nested too deeply before it is kept', async () => {
    const nested = (levels: number) => `{"requests":[${'['.repeat(levels)}${']'.repeat(levels)}]}`;
    expect(await read(nested(20))).toHaveLength(1);
    expect((await refusal(nested(21))).message).toBe('requests.0: Nested too deeply; at most 20 levels are read');
    // What would have to be kept of it is never seen.
    expect((await refusal(`{"requests":[${'['.repeat(9000)}`, 9000)).facts.param).toBe('requests.0');
  });

  it('passes on what its source throws', async () => {
    const gone = new HarnessError('ABORTED', 'gone');
    const source = (async function* () {
      yield Buffer.from('{"requests":[');
      await Promise.reject(gone);
    })();
    await expect(readJsonList(source, options).next()).rejects.toBe(gone);
  });

  it('gives the same verdict as JSON.parse on bodies that are broken anywhere', async () => {
    const whole = JSON.stringify({ requests: [{ custom_id: 'a', n: -1.5e3, s: 'é"\\\u2028' }, [true, null], {}] });
    const bytes = Buffer.from(whole);
    const isList = (text: string): unknown[] | undefined => {
      try {
        const value = JSON.parse(text) as { requests?: unknown };
        const isMeant = Object.keys(value).join() === 'requests' && Array.isArray(value.requests);
        return isMeant ? (value.requests as unknown[]) : undefined;
      } catch {
        return undefined;
      }
    };
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length - 1),
        fc.constantFrom('cut', 'drop', 'twice', 'put'),
        fc.nat(127),
        async (at, how, byte) => {
          const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
          const broken = {
            cut: before,
            drop: Buffer.concat([before, after.subarray(1)]),
            twice: Buffer.concat([before, after.subarray(0, 1), after]),
            put: Buffer.concat([before, Buffer.from([byte]), after.subarray(1)]),
          }[how];
          let text: string | undefined;
          try {
            text = new TextDecoder('utf-8', { fatal: true }).decode(broken);
          } catch {
            text = undefined;
          }
          const expected = text === undefined ? undefined : isList(text);
          const read1 = await read(broken, 5).catch((reason: unknown) => {
            expect(reason).toBeInstanceOf(HarnessError);
            return undefined;
          });
          expect(read1).toEqual(expected);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
