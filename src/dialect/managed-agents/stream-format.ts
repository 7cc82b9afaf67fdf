import { toNamedFrame, type StreamFormat } from '../../core/stream-format.ts';

/**
 * Each event has its type for a name. Those that are kept have their id, by which a client that connects again says what
 * it has seen; previews have none.
 */
export const sessionEvents: StreamFormat = {
  toFrame: (event) =>
    'id' in event && typeof event.id === 'string' ? `id: ${event.id}\n${toNamedFrame(event)}` : toNamedFrame(event),
  keepAlive: 'event: ping\ndata: {"type":"ping"}\n\n',
  end: '',
};
