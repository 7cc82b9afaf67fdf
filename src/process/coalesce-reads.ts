import type { Readable, Writable } from 'node:stream';

/** Pieces that follow each other faster than this come faster than anyone reads them. */
const quickMs = 1.5;
/** So many quick pieces in a row are a flood; a few are how any answer begins. */
const patience = 8;
/** Long enough for several pieces to become one, too short to be seen. */
const pauseMs = 2;

/**
 * Reads a flood of small pieces in larger ones, since each read costs more than the parsing of what it brings. `sink`
 * is what `source` is piped into: while that is full, reading goes on when it has room, and not before. The result is to
 * be called when something was asked of the writer: its reply is no flood, however soon it comes.
 */
export function easeReading(source: Readable, sink: Writable): () => void {
  let lastAt = 0;
  let quick = 0;
  const goOn = (): void => {
    lastAt = performance.now();
    if (!sink.writableNeedDrain) source.resume();
  };
  source.on('data', () => {
    const now = performance.now();
    quick = now - lastAt < quickMs ? quick + 1 : 0;
    lastAt = now;
    if (quick < patience) return;
    source.pause();
    setTimeout(goOn, pauseMs);
  });
  return () => {
    quick = 0;
  };
}
