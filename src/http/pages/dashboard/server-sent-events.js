/** @typedef {{ name: string; data: string }} ServerSentEvent */

/**
 * What an event says. It has the type that the service's own sources give it.
 *
 * @template Value
 * @param {string} data
 * @returns {Value}
 */
export function parseData(data) {
  /** @type {unknown} */
  const value = JSON.parse(data);
  return /** @type {Value} */ (value);
}

/** Takes a stream of server-sent events apart, wherever its pieces are cut. */
export class EventParser {
  #rest = '';

  /**
   * Gives the events that are complete with this piece. Comments and events without data are none.
   *
   * @param {string} piece
   * @returns {ServerSentEvent[]}
   */
  push(piece) {
    const frames = (this.#rest + piece).split('\n\n');
    this.#rest = frames.pop() ?? '';
    return frames.flatMap((frame) => {
      const fields = frame.split('\n');
      const data = valuesOf(fields, 'data');
      return data.length === 0 ? [] : [{ name: valuesOf(fields, 'event').at(-1) ?? 'message', data: data.join('\n') }];
    });
  }
}

/**
 * The events of an answer, until it ends.
 *
 * @param {Response} response
 * @returns {AsyncGenerator<ServerSentEvent>}
 */
export async function* readEvents(response) {
  if (response.body === null) return;
  const parser = new EventParser();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* parser.push(value);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/**
 * @param {readonly string[]} fields
 * @param {string} name
 */
function valuesOf(fields, name) {
  return fields
    .filter((field) => field.startsWith(`${name}:`))
    .map((field) => field.slice(name.length + 1).trimStart());
}
