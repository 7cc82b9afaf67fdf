/** The frames of a stream as they come; with a body, the answer to a POST. */
export async function followStream(url: string, headers: Record<string, string> = {}, body?: object) {
  const left = new AbortController();
  const post = {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
  const response = await fetch(url, { ...(body === undefined ? { headers } : post), signal: left.signal });
  const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    response,
    leave: () => {
      left.abort();
    },
    /** All until the stream contains `end`. */
    until: async (end: string): Promise<string> => {
      while (!text.includes(end)) {
        const { done, value } = await reader.read();
        if (done) throw new Error(`the stream ended without ${end}: ${text}`);
        text += value;
      }
      return text;
    },
    /** All until its end. */
    rest: async (): Promise<string> => {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return text;
        text += value;
      }
    },
  };
}
