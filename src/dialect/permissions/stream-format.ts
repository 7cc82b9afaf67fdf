import { toNamedFrame, type StreamFormat } from '../../core/stream-format.ts';
import type { PermissionPing } from './types.ts';

/** The first event of a stream. */
export const connected: PermissionPing = { message: 'Connected to permission stream' };
const alive: PermissionPing = { message: 'keepalive' };

/** Each event has its type for a name; what has none is a `ping`. */
export const permissionEvents: StreamFormat = {
  toFrame: (event) => ('type' in event ? toNamedFrame(event) : toPingFrame(event)),
  keepAlive: toPingFrame(alive),
  end: '',
};

function toPingFrame(ping: object): string {
  return `event: ping\ndata: ${JSON.stringify(ping)}\n\n`;
}
