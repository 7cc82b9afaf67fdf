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

/** Anthropic's: each event has its type for a name, and the last one ends the stream. */
export const namedEvents: StreamFormat = {
  toFrame: (event) => `event: ${'type' in event ? String(event.type) : 'message'}\ndata: ${JSON.stringify(event)}\n\n`,
  keepAlive: 'event: ping\ndata: {"type":"ping"}\n\n',
  end: '',
};
