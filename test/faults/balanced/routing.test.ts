import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeHome } from '../../support/service/home.ts';
import { started, type Stoppable } from '../../support/started.ts';
import { startHaproxy, type SharedState } from './haproxy.ts';

/** In the place of an instance: it says which one it is, and whether it is ready. */
interface Server {
  address: string;
  isReady: boolean;
  stop: () => void;
}

const digits = '0123456789abcdef0123456789abc';
const json = { 'content-type': 'application/json' };

/** Each names what the second instance has. */
const requests: Readonly<Record<string, [path: string, options?: RequestInit]>> = {
  'the path of a response': [`/v1/responses/resp_${digits}002`],
  'a path below that of a response, under another base': [`/sdk/v1/responses/resp_${digits}002/input_items?limit=1`],
  'the header of a conversation': ['/v1/chat/completions', post({}, { 'x-session-id': 'session_0123456789abc002' })],
  previous_response_id: ['/v1/responses', post({ input: 'Hello', previous_response_id: `resp_${digits}002` })],
  'file_id, after a text that speaks of one': [
    '/v1/messages',
    post({ messages: [{ content: [{ text: '"file_id": "file_1"' }, { source: { file_id: `file_${digits}002` } }] }] }),
  ],
  'the path of a file': [`/v1/files/file-${digits}002/content`],
  input_file_id: ['/v1/batches', post({ input_file_id: `file-${digits}002` })],
  'the path of a batch of a file': [`/v1/batches/batch_${digits}002`],
  'the path of a batch of messages, which may name files': [`/v1/messages/batches/msgbatch_${digits}002/results`],
  'the path of a job, which may name files': [`/v1/jobs/job_${digits}002`],
  'the path of a session': [`/v1/sessions/sesn_${digits}002/events`],
};
const inDatabase = [/response/, /conversation/];
const withFiles = [/file/];

function post(body: object, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { ...json, ...headers },
    body: JSON.stringify({ model: 'haiku', ...body }, null, 1),
  };
}

describe.each<SharedState>(['own', 'shared', 'shared-files'])('HAProxy before instances whose state is %s', (state) => {
  let house: ({ url: string; one: Server; two: Server } & Stoppable) | undefined;

  beforeAll(async () => {
    house = await started(async (cleanup) => {
      const startServer = async (name: string): Promise<Server> => {
        const stop = (): void => {
          server.close().closeAllConnections();
        };
        const self = { address: '', isReady: true, stop };
        const server = createServer((request, response) => {
          request.resume().once('end', () => {
            response.writeHead(request.url === '/ready' && !self.isReady ? 503 : 200).end(name);
          });
        }).listen(0, '127.0.0.1');
        await once(server, 'listening');
        cleanup.defer(stop);
        self.address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
        return self;
      };
      const [one, two] = [await startServer('one'), await startServer('two')];
      const home = makeHome(cleanup, 'harness-haproxy-');
      const url = await startHaproxy({ cleanup, home, instances: [one.address, two.address], turns: 4, state });
      return { url, one, two };
    });
  });

  afterAll(() => house?.stop());

  /** Which instances answer, of four tries one after the other. */
  async function answeredBy(path: string, options?: RequestInit): Promise<string[]> {
    const names = new Set<string>();
    for (let n = 0; n < 4; n += 1) names.add(await (await fetch(`${house?.url ?? ''}${path}`, options)).text());
    return [...names].toSorted();
  }

  it.each(Object.entries(requests))('asks the instance that %s names', async (_name, [path, options]) => {
    expect(await answeredBy(path, options)).toEqual(['two']);
  });

  it.each([
    ['names nothing', '/v1/models', undefined],
    ['names what no instance has', `/v1/responses/resp_${digits}fff`, undefined],
    ['has a session of its own', '/v1/chat/completions', post({}, { 'x-session-id': 'my session 002' })],
  ] as const)('asks one after the other where a request %s', async (_name, path, options) => {
    expect(await answeredBy(path, options)).toEqual(['one', 'two']);
  });

  it('asks for nothing new where the instance is not ready, and for what only it has all the same', async () => {
    if (house !== undefined) house.two.isReady = false;
    await expect.poll(() => answeredBy('/v1/models'), { timeout: 10_000 }).toEqual(['one']);
    for (const [name, [path, options]] of Object.entries(requests)) {
      const shared = { own: [], shared: inDatabase, 'shared-files': [...inDatabase, ...withFiles] }[state];
      const isElsewhere = shared.some((pattern) => pattern.test(name));
      expect([name, await answeredBy(path, options)]).toEqual([name, [isElsewhere ? 'one' : 'two']]);
    }
  });

  it('lets any instance say why where none is ready, but the one that alone has what is asked for', async () => {
    if (house !== undefined) Object.assign(house.one, { isReady: false });
    await expect.poll(() => answeredBy('/v1/models'), { timeout: 10_000 }).toEqual(['one', 'two']);
    expect(await answeredBy(`/v1/sessions/sesn_${digits}002/events/stream`)).toEqual(['two']);
    expect(await answeredBy(`/v1/sessions/sesn_${digits}001/events/stream`)).toEqual(['one']);
  });

  it('reads a session of an instance that is gone elsewhere if others can have it, and asks nobody else to go on with it', async () => {
    if (house !== undefined) Object.assign(house.one, { isReady: true });
    house?.two.stop();
    await expect.poll(() => answeredBy('/v1/models'), { timeout: 10_000 }).toEqual(['one']);
    const answerTo = async (path: string, options?: RequestInit) =>
      (await fetch(`${house?.url ?? ''}${path}`, options)).text();
    const session = `/v1/sessions/sesn_${digits}002`;
    const gone = expect.stringContaining('503 Service Unavailable') as unknown;
    for (const path of [session, `${session}/events?limit=1`]) {
      expect(await answerTo(path)).toEqual(state === 'own' ? gone : 'one');
    }
    expect(await answerTo(`${session}/events/stream`)).toEqual(gone);
    expect(await answerTo(`${session}/events`, post({ events: [] }))).toEqual(gone);
  });
});
