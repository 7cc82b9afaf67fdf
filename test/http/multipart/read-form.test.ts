import { createServer, request, type ClientRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import { readForm } from '../../../src/http/multipart/read-form.ts';
import { createDeferred } from '../../../src/util/deferred.ts';
import { draft } from '../../feature/files/content.ts';
import { filesAt, filesBelow, temporaryFolder } from '../../feature/files/files-at.ts';

const shortMs = 100;
const beginning = '--x\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\n';
const end = '\r\n--x--\r\n';

type Take = (content: AsyncIterable<Uint8Array>) => Promise<unknown>;

/** A server that takes the file of one form; gives the client's end of it, and what became of the file. */
async function serve(take: Take, idleMs = shortMs): Promise<{ sent: ClientRequest; taken: Promise<unknown> }> {
  const taken = createDeferred<unknown>();
  const server = createServer((req, res) => {
    const taking = readForm(req, { onField: () => undefined, signal: new AbortController().signal, idleMs }).then(
      ({ content }) => take(content),
    );
    taking
      .then(
        (value) => {
          taken.resolve(value);
        },
        (reason: unknown) => {
          taken.reject(reason);
        },
      )
      .finally(() => res.end());
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const headers = { 'content-type': 'multipart/form-data; boundary=x' };
  const sent = request({ port, method: 'POST', headers });
  sent.on('error', () => undefined).on('response', (response) => response.resume());
  onTestFinished(() => {
    sent.destroy();
  });
  return { sent, taken: taken.promise };
}

/** Keeps the file of a form; gives what is left of it on the disk, too. */
function keeping(): { take: Take; left: () => string[] } {
  const folder = temporaryFolder();
  const { files } = filesAt(folder);
  const left = (): string[] => filesBelow(join(folder, 'files')).filter((path) => !path.endsWith('.lock'));
  return { take: (content) => files.add(undefined, draft, content), left };
}

const stopped = { code: 'INVALID_REQUEST', message: expect.stringContaining('has come for 0.1 seconds') as string };

it.each([
  ['in its first line', '--x\r\n'],
  ['in its file', `${beginning}hello`],
  ['before its last line', `${beginning}hello\r\n--x`],
])('a form that stops %s is given up, and nothing is left', async (_where, text) => {
  const { take, left } = keeping();
  const { sent, taken } = await serve(take);
  sent.write(text);
  await expect(taken).rejects.toBeInstanceOf(HarnessError);
  await expect(taken).rejects.toMatchObject(stopped);
  expect(left()).toEqual([]);
});

it('a form that comes slowly is taken as long as it comes', async () => {
  const { take } = keeping();
  // Far enough apart for a busy machine.
  const { sent, taken } = await serve(take, 600);
  sent.write(beginning);
  for (let count = 0; count < 10; count++) {
    sent.write('x');
    await delay(100);
  }
  sent.end(end);
  expect(await taken).toMatchObject({ sizeBytes: 10 });
});

it('a client has no part in how long a piece is worked on', async () => {
  const { sent, taken } = await serve(async (content) => {
    let sum = 0;
    for await (const piece of content) {
      sum += piece.length;
      await delay(shortMs * 3);
    }
    return sum;
  });
  sent.end(`${beginning}${'x'.repeat(200_000)}${end}`);
  expect(await taken).toBe(200_000);
});
