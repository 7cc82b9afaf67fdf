/** @import { ServerSentEvent } from './server-sent-events.js' */

const firstDelayMs = 500;
const maxDelayMs = 8000;

/**
 * @typedef {object} FollowOptions
 * @property {() => Promise<AsyncIterable<ServerSentEvent>>} open Asks for the stream.
 * @property {() => void} onOpen Whatever happened before this can have been missed.
 * @property {(event: ServerSentEvent) => void} onEvent
 * @property {(error: unknown) => void} onLost It is tried again later.
 * @property {(ms: number) => Promise<void>} [wait]
 */

/**
 * Follows a stream for as long as the page is open, over each end of the connection and of the service. It waits longer
 * the more often it fails in a row.
 *
 * @param {FollowOptions} options
 * @returns {Promise<never>}
 */
export async function follow({ open, onOpen, onEvent, onLost, wait = delay }) {
  for (let delayMs = firstDelayMs; ; delayMs = Math.min(delayMs * 2, maxDelayMs)) {
    try {
      const events = await open();
      delayMs = firstDelayMs;
      onOpen();
      for await (const event of events) onEvent(event);
      onLost(undefined);
    } catch (error) {
      onLost(error);
    }
    await wait(delayMs);
  }
}

/**
 * @param {number} ms
 * @returns {Promise<void>}
 */
function delay(ms) {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
