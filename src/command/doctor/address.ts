import { createServer } from 'node:net';
import { listenAddresses } from '../../config/listen-address.ts';
import type { Config } from '../../config/schema.ts';
import { connectable, type ListenAddress, type TcpAddress, urlOf } from '../../core/listen-address.ts';
import { ListenError } from '../../http/listener.ts';
import { lookAtSocket, SocketPlaceError } from '../../http/unix-socket.ts';
import { fetchAt } from '../../util/fetch-at.ts';
import { describeStartError } from '../listen-error.ts';
import { type Finding, ok, problem } from './finding.ts';

/** Whether a service could listen on each address, or does. */
export async function checkAddresses(server: Config['server']): Promise<Finding[]> {
  return Promise.all(listenAddresses(server).map((address) => checkAddress(address, server)));
}

async function checkAddress(address: ListenAddress, server: Config['server']): Promise<Finding> {
  const shown = urlOf(address).replace('http://', '');
  const failure = await ('path' in address ? lookOnce(address.path) : listenOnce(address));
  if (failure === undefined) return ok(`address: ${shown} is free`);
  if (await isHarness(urlOf('path' in address ? address : connectable(address)))) {
    return ok(`address: a harness is serving at ${shown}`);
  }
  return problem(`address: ${describeStartError(new ListenError(address, failure), server)}`);
}

async function listenOnce({ host, port }: TcpAddress): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', resolve);
    probe.listen(port, host, () => {
      probe.close(() => {
        resolve(undefined);
      });
    });
  });
}

/** Without making the socket, whose folder may be the service's alone to write to. */
async function lookOnce(path: string): Promise<unknown> {
  try {
    const place = await lookAtSocket(path);
    return place === 'free' || place === 'stale' ? undefined : new SocketPlaceError(path, place);
  } catch (error) {
    return error;
  }
}

async function isHarness(url: string): Promise<boolean> {
  try {
    const response = await fetchAt(url, '/health', { signal: AbortSignal.timeout(2000) });
    return response.headers.has('x-request-id') && ((await response.json()) as { status?: unknown }).status === 'ok';
  } catch {
    return false;
  }
}
