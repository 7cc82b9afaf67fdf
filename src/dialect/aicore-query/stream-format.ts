import type { StreamFormat } from '../../core/stream-format.ts';

/** The format of one stream, whose events are numbered. A comment keeps it open, and nothing marks its end. */
export function queryEvents(): StreamFormat {
  let count = 0;
  return {
    toFrame(event) {
      count += 1;
      const { event: name, data } = { event: 'unknown', data: event, ...event };
      return `id: ${count}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
    },
    keepAlive: ': alive\n\n',
    end: '',
  };
}
