/** How a dialect writes the events of its streams (server-sent events). */
export interface StreamFormat {
  toFrame: (event: object) => string;
  /** What keeps a silent connection open, and says nothing to clients. */
  keepAlive: string;
  /** What follows the last event of a stream that is complete. */
  end: string;
}

/** A frame of data alone. */
export function toDataFrame(event: object): string {
  return `data: ${JSON.stringify(event)}\n\n`;
}

/** A frame that is named by the event's type. */
export function toNamedFrame(event: object): string {
  return `event: ${'type' in event ? String(event.type) : 'message'}\ndata: ${JSON.stringify(event)}\n\n`;
}
