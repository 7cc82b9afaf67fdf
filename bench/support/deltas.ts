/** The text that a line of the CLI's output adds to the answer. */
export function cliDelta(line: string): string | undefined {
  const { type, event } = parse(line) as { type?: string; event?: MessagesEvent };
  return type === 'stream_event' ? textOf(event) : undefined;
}

/** The text that a line of a Messages API stream adds to the answer. */
export function messagesDelta(line: string): string | undefined {
  return line.startsWith('data: {') ? textOf(parse(line.slice(6)) as MessagesEvent) : undefined;
}

/** The text that a line of a chat completion stream adds to the answer. */
export function chatDelta(line: string): string | undefined {
  if (!line.startsWith('data: {')) return undefined;
  const { choices } = parse(line.slice(6)) as { choices?: { delta: { content?: string } }[] };
  return choices?.[0]?.delta.content;
}

interface MessagesEvent {
  type?: string;
  delta?: { type?: string; text?: string };
}

function textOf(event: MessagesEvent | undefined): string | undefined {
  return event?.type === 'content_block_delta' ? event.delta?.text : undefined;
}

function parse(line: string): unknown {
  return line === '' ? {} : JSON.parse(line);
}
