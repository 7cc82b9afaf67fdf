import { createServer } from 'node:net';
import type { Config } from '../../config/schema.ts';
import { describeListenError } from '../listen-error.ts';
import { type Finding, ok, problem } from './finding.ts';

export async function checkAddress(server: Config['server']): Promise<Finding> {
  const address = `${server.host}:${server.port}`;
  const failure = await listenOnce(server.host, server.port);
  if (failure === undefined) return ok(`address: ${address} is free`);
  if (await isHarness(server)) return ok(`address: a harness is serving at ${address}`);
  return problem(`address: ${describeListenError(failure, server)}`);
}

async function listenOnce(host: string, port: number): Promise<Error | undefined> {
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

async function isHarness({ host, port }: Config['server']): Promise<boolean> {
  try {
    const response = await fetch(`http://${host}:${port}/health`, { signal: AbortSignal.timeout(2000) });
    return response.headers.has('x-request-id') && ((await response.json()) as { status?: unknown }).status === 'ok';
  } catch {
    return false;
  }
}
