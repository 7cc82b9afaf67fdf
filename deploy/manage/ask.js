import { request } from 'node:http';
import { createServer, isIP } from 'node:net';

/**
 * Asks the service by GET; `undefined` when it does not answer in time.
 * @param {string} url `http://…` or `unix:/…`
 * @param {string} path
 * @param {number} [timeoutMs]
 * @returns {Promise<{ status: number, body: Record<string, unknown> } | undefined>}
 */
export async function ask(url, path, timeoutMs = 3000) {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const none = () => {
      resolve(undefined);
    };
    const take = (/** @type {import('node:http').IncomingMessage} */ answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (/** @type {string} */ piece) => (text += piece));
      answer.on('error', none).on('end', () => {
        resolve({ status: answer.statusCode ?? 0, body: parseObject(text) });
      });
    };
    const asked = url.startsWith('unix:')
      ? request({ socketPath: url.slice('unix:'.length), path, signal, agent: false }, take)
      : request(new URL(path, url), { signal, agent: false }, take);
    asked.on('error', none).end();
  });
}

/**
 * @param {string} text
 * @returns {Record<string, unknown>}
 */
function parseObject(text) {
  try {
    /** @type {unknown} */
    const parsed = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}

/**
 * Whether a program can listen there now. Names are refused: systemd listens before they can be resolved.
 * @param {string} host
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export async function canListen(host, port) {
  if (isIP(host) === 0) return false;
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ host, port }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
