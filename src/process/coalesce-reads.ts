import type { Readable, Writable } from 'node:stream';

/** Pieces that follow each other faster than this come faster than anyone reads them. */
const burstGapMs = 1.5;
/** So many of them in a row are a flood; a few are how any answer begins. */
const floodLength = 8;
/** Long enough for several pieces to become one, too short to be seen. */
const pauseMs = 2;

/**
 * Reads a flood of small pieces in larger ones, since each read costs more than the parsing of what it brings. `sink`
 * is what `source` is piped into: while that is full, reading resumes when it has room, and not before. The function
 * that is returned has to be called when the writer was asked for something: its reply is no flood, however soon it comes.
 */
export function coalesceReads(source: Readable, sink: Writable): () => void {
  let lastAt = 0;
  let burst = 0;
  const resume = (): void => {
    lastAt = performance.now();
    if (!sink.writableNeedDrain) source.resume();
  };
  source.on('data', () => {
    const now = performance.now();
    burst = now - lastAt < burstGapMs ? burst + 1 : 0;
    lastAt = now;
    if (burst < floodLength) return;
    source.pause();
    setTimeout(resume, pauseMs);
  });
  return () => {
    burst = 0;
  };
}
