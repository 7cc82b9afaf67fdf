/** How a dialect writes the events of its streams. */
export interface StreamFormat {
  toFrame: (event: object) => string;
  /** What keeps a silent connection open, and says nothing to clients. */
  keepAlive: string;
  /** What follows the last event of a stream that is complete. */
  end: string;
}

/** OpenAI's: data only, and a word for the end. */
export const unnamedEvents: StreamFormat = {
  toFrame: (event) => `data: ${JSON.stringify(event)}\n\n`,
  // One line break only: a blank line after a comment is an empty event to some clients.
  keepAlive: ': ping\n',
  end: 'data: [DONE]\n\n',
};

/** OpenAI's Responses: each event has its type for a name, and says by itself that it is the last one. */
export const responseEvents: StreamFormat = {
  toFrame: toNamedFrame,
  keepAlive: unnamedEvents.keepAlive,
  end: '',
};

/** Anthropic's: each event has its type for a name, and the last one ends the stream. */
export const namedEvents: StreamFormat = {
  toFrame: toNamedFrame,
  keepAlive: 'event: ping\ndata: {"type":"ping"}\n\n',
  end: '',
};

function toNamedFrame(event: object): string {
  return `event: ${'type' in event ? String(event.type) : 'message'}\ndata: ${JSON.stringify(event)}\n\n`;
}
