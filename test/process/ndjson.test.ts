import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readJsonLines, type JsonLines } from '../../src/process/ndjson.ts';
import { eventually } from '../util/eventually.ts';

const maxLineBytes = 1024;
const values = [{ a: 'ü€😀' }, ['two', 2], 'zwölf', 3, null];
const bytes = Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(''));

async function readAll(lines: JsonLines): Promise<unknown[]> {
  const all: unknown[] = [];
  for (let line = await lines.next(); line.done !== true; line = await lines.next()) all.push(line.value);
  return all;
}
const read = (...chunks: (string | Buffer)[]) =>
  readAll(readJsonLines(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), maxLineBytes));
const brokenProtocol = expect.objectContaining({ code: 'CLI_PROTOCOL' }) as Error;

describe('readJsonLines', () => {
  // A stream cannot carry `null` as a value of its own, and no line of the CLI's is just that.
  const readable = values.filter((value) => value !== null);

  it('reads the same however the stream is split, in the middle of a character too', async () => {
    for (let at = 1; at < bytes.length; at += 1) {
      expect(await read(bytes.subarray(0, at), bytes.subarray(at))).toEqual(readable);
    }
  });

  it('reads a stream that comes byte by byte', async () => {
    expect(await read(...Array.from(bytes, (byte) => Buffer.of(byte)))).toEqual(readable);
  });

  it('takes both kinds of line ends, also where they are split', async () => {
    expect(await read('{"a":1}\r\n{"b":2}\r', '\n3\n')).toEqual([{ a: 1 }, { b: 2 }, 3]);
  });

  it('passes blank lines over', async () => {
    expect(await read('\n\n1\n \n\t\r\n2\n')).toEqual([1, 2]);
  });

  it('passes a line that says null over, which is no end', async () => {
    expect(await read('1\nnull\n2\n')).toEqual([1, 2]);
  });

  it('reads a last line without an end', async () => {
    expect(await read('1\n{"a":', '2}')).toEqual([1, { a: 2 }]);
  });

  it('leaves what looks like a line end inside a text alone', async () => {
    expect(await read(`${JSON.stringify('a\nb\u2028c\u0085d')}\n`)).toEqual(['a\nb\u2028c\u0085d']);
  });

  it('gives the lines of a wrapper before the first value away, and no later ones', async () => {
    const given: string[] = [];
    const source = new PassThrough();
    const lines = readJsonLines(source, maxLineBytes, (line) => given.push(line));
    source.write('Now using node v20\r\n[done]\n\n{"a":1}\n');
    expect(await lines.next()).toEqual({ done: false, value: { a: 1 } });
    expect(given).toEqual(['Now using node v20', '[done]']);
    source.write('Bye\n');
    await expect(lines.next()).rejects.toThrow(brokenProtocol);
  });

  it('does not read text for ever', async () => {
    await expect(read('a line\n'.repeat(25))).rejects.toThrow(brokenProtocol);
  });

  it.each(['{"a":1', '{"a":1}{"b":2}', "{'a':1}"])('fails at %j, which is not JSON', async (garbage) => {
    const lines = readJsonLines(Readable.from([Buffer.from(`${garbage}\n2\n`)]), maxLineBytes);
    await expect(lines.next()).rejects.toThrow(brokenProtocol);
    expect(await lines.next()).toMatchObject({ done: true });
  });

  it('says in its error what was wrong, and not what was printed', async () => {
    const failure = await read('{my secret prompt\n').catch((error: unknown) => error as Error);
    expect(failure).toMatchObject({ message: 'The claude CLI printed a line that is not JSON.' });
  });

  it('fails at a line that does not end', async () => {
    const source = new PassThrough();
    const lines = readJsonLines(source, maxLineBytes);
    for (let sent = 0; sent <= maxLineBytes; sent += 64) source.write('x'.repeat(64));
    await expect(lines.next()).rejects.toThrow(brokenProtocol);
  });

  it('reads a long line within the limit', async () => {
    const long = 'x'.repeat(maxLineBytes - 10);
    expect(await read(JSON.stringify(long).slice(0, 500), `${JSON.stringify(long).slice(500)}\n`)).toEqual([long]);
  });

  it('fails when the source does', async () => {
    const source = new PassThrough();
    const lines = readJsonLines(source, maxLineBytes);
    source.destroy(new Error('gone'));
    await expect(lines.next()).rejects.toThrow(brokenProtocol);
  });

  it('reads no further ahead than a buffer while nobody pulls', async () => {
    let made = 0;
    const source = new Readable({
      highWaterMark: 1024,
      read() {
        made += 1;
        this.push(`${JSON.stringify('x'.repeat(4000))}\n`);
      },
    });
    const lines = readJsonLines(source, maxLineBytes);
    await lines.next();
    await new Promise((resolve) => setTimeout(resolve, 150));
    const before = made;
    expect(before).toBeLessThan(2000);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(made).toBe(before);
    for (let pulled = 0; pulled < 300; pulled += 1) await lines.next();
    expect(made).toBeGreaterThan(before);
    source.destroy();
  });

  it('ends the wait for a line when what comes is to be discarded', async () => {
    const lines = readJsonLines(new PassThrough(), maxLineBytes);
    const next = lines.next();
    lines.discard();
    expect(await next).toMatchObject({ done: true });
    expect(await lines.next()).toMatchObject({ done: true });
  });

  it('does not take half a line for a broken protocol when the rest is discarded', async () => {
    const source = new PassThrough();
    const lines = readJsonLines(source, maxLineBytes);
    source.write('{"half":');
    const next = lines.next();
    await new Promise((resolve) => setImmediate(resolve));
    lines.discard();
    expect(await next).toMatchObject({ done: true });
  });

  it('goes on taking what it discards, so that the writer is not stuck', async () => {
    const source = new PassThrough({ highWaterMark: 16 });
    const lines = readJsonLines(source, maxLineBytes);
    lines.discard();
    source.write('x'.repeat(10_000));
    await eventually(() => {
      expect(source.readableLength + source.writableLength).toBe(0);
    });
  });
});
