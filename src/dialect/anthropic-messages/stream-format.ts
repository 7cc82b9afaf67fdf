import { toNamedFrame, type StreamFormat } from '../../core/stream-format.ts';

/** Each event has its type for a name, and the last one ends the stream. */
export const namedEvents: StreamFormat = {
  toFrame: toNamedFrame,
  keepAlive: 'event: ping\ndata: {"type":"ping"}\n\n',
  end: '',
};
