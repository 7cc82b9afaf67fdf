import type { Readable } from 'node:stream';

/** Calls `listener` with each line of a stream, as soon as its line break has arrived. */
export function onLine(stream: Readable, listener: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) listener(line);
  });
}
