import { PassThrough, Readable, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { coalesceReads } from '../../src/process/coalesce-reads.ts';

/** A source that gives `count` pieces, one every time it is asked, and notes how often it was paused. */
function pieces(count: number): { source: Readable; pauses: () => number } {
  let made = 0;
  let pauses = 0;
  const source = new Readable({
    read() {
      setImmediate(() => {
        made += 1;
        this.push(made > count ? null : `${made} `);
      });
    },
  });
  source.on('pause', () => {
    pauses += 1;
  });
  return { source, pauses: () => pauses };
}

async function readThrough(source: Readable, sink: PassThrough | Writable): Promise<void> {
  source.pipe(sink);
  coalesceReads(source, sink);
  await new Promise((resolve) => sink.on('finish', resolve));
}

/** A pipe pauses its source itself when it is taken away. */
const pausesAtEnd = 1;

describe('coalesceReads', () => {
  it('pauses in a flood of small pieces, and loses none of them', async () => {
    let text = '';
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        text += chunk.toString();
        done();
      },
    });
    const { source, pauses } = pieces(200);
    await readThrough(source, sink);
    expect(text).toBe(Array.from({ length: 200 }, (_, index) => `${index + 1} `).join(''));
    expect(pauses()).toBeGreaterThan(pausesAtEnd + 5);
  });

  it('does not pause for the few pieces that an answer begins with', async () => {
    const { source, pauses } = pieces(8);
    await readThrough(source, new PassThrough().resume());
    expect(pauses()).toBeLessThanOrEqual(pausesAtEnd);
  });

  it('does not pause for replies, however many follow each other', async () => {
    const { source, pauses } = pieces(200);
    const sink = new PassThrough().resume();
    source.pipe(sink);
    const expectReply = coalesceReads(source, sink);
    let come = 0;
    source.on('data', () => {
      come += 1;
      if (come % 4 === 0) expectReply();
    });
    await new Promise((resolve) => sink.on('finish', resolve));
    expect(pauses()).toBeLessThanOrEqual(pausesAtEnd);
  });

  it('reads no further while the sink is full', async () => {
    let taken = 0;
    let goOn: (() => void) | undefined;
    const sink = new Writable({
      highWaterMark: 4,
      write(chunk: Buffer, _encoding, done) {
        taken += chunk.length;
        goOn = done;
      },
    });
    const { source } = pieces(200);
    source.pipe(sink);
    coalesceReads(source, sink);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(taken).toBe(2);
    expect(sink.writableLength).toBeLessThan(20);
    const finished = new Promise((resolve) => sink.on('finish', resolve));
    const pump = setInterval(() => goOn?.(), 0);
    await finished;
    clearInterval(pump);
    expect(taken).toBe(Array.from({ length: 200 }, (_, index) => `${index + 1} `).join('').length);
  });
});
