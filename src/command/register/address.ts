import type { Config } from '../../config/schema.ts';
import { addressForClients, type RunningService, runningService } from '../running-service.ts';

/**
 * The address of the harness: `url`, with or without its `/v1`, else the one in the configuration. Throws an `Error`
 * that says what to do.
 */
export function harnessAddress(
  url: string | undefined,
  server: Config['server'],
  env: NodeJS.ProcessEnv,
): RunningService {
  if (url === undefined) throwIfUnreachable(server);
  return runningService(server, url === undefined ? undefined : readOrigin(url), env);
}

function throwIfUnreachable(server: Config['server']): void {
  const address = addressForClients(server);
  if ('path' in address) {
    throw new Error(
      'The harness listens on Unix sockets alone, which routers do not know: pass with --url an address by which the router reaches it.',
      { cause: address.path },
    );
  }
  if (address.port === 0) {
    throw new Error('The harness listens on any free port: pass its address with --url http://127.0.0.1:PORT.', {
      cause: 'port 0',
    });
  }
}

function readOrigin(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isPlain = parsed !== undefined && parsed.username === '' && parsed.search === '' && parsed.hash === '';
  if (!isPlain || !/^https?:$/.test(parsed.protocol) || !/^(\/v1)?\/?$/.test(parsed.pathname)) {
    throw new Error('--url: expected an address without a path, such as http://127.0.0.1:8013', { cause: url });
  }
  return parsed.origin;
}
