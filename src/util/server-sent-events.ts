/** One event of a stream; without `id` where the server gave none. */
export interface ServerSentEvent {
  id?: string;
  data: string;
}

/** The events of a stream that have data, as they come. Each has its `data` on one line, as this service sends it. */
export async function* readServerSentEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  let rest = '';
  let id: string | undefined;
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') id = undefined;
      else if (line.startsWith('id: ')) id = line.slice('id: '.length);
      else if (line.startsWith('data: ')) yield { ...(id !== undefined && { id }), data: line.slice('data: '.length) };
    }
  }
}
