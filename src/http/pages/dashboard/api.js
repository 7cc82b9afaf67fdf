/** An answer of the service that is a failure; `status` 0: there was no answer. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} message
   */
  constructor(status, message) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

/** Is dispatched on the document where the service does not accept the token any more. */
export const tokenRefused = 'token-refused';

/**
 * Asks the service, at a path without a slash before it, so that the page works behind another path as well. Throws an
 * `ApiError` for failures.
 *
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<Response>}
 */
export async function ask(path, options = {}) {
  const response = await fetch(path, { cache: 'no-store', ...options }).catch((/** @type {unknown} */ error) => {
    if (options.signal?.aborted === true) throw error;
    throw new ApiError(0, 'The service does not answer.');
  });
  if (response.ok) return response;
  if (response.status === 401) document.dispatchEvent(new Event(tokenRefused));
  throw new ApiError(response.status, await messageOf(response));
}

/**
 * @template Answer
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<Answer>}
 */
export async function askJson(path, options = {}) {
  return jsonOf(await ask(path, options));
}

/**
 * What the service sends has the type that its own sources give it.
 *
 * @template Body
 * @param {Response} response
 * @returns {Promise<Body>}
 */
export function jsonOf(response) {
  return /** @type {Promise<Body>} */ (response.json());
}

/**
 * What is sent with a body.
 *
 * @param {object} body
 */
export function posting(body) {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/**
 * A failure in words.
 *
 * @param {unknown} error
 * @returns {string}
 */
export function describe(error) {
  return error instanceof Error ? error.message : String(error);
}

/** @param {Response} response */
async function messageOf(response) {
  try {
    const { error } = /** @type {{ error?: { message?: string } }} */ (await jsonOf(response));
    return error?.message ?? `The service answers ${response.status}.`;
  } catch {
    // A proxy between may have pages of its own.
    return `The service answers ${response.status}.`;
  }
}
