import type { Config } from '../config/schema.ts';

/** Where the service is asked, and with which token. */
export interface RunningService {
  url: string;
  token?: string;
}

/** The address that the configuration gives, unless the caller knows a better one. */
export function runningService(server: Config['server'], url: string | undefined, env: NodeJS.ProcessEnv) {
  const token = env['HARNESS_TOKEN'];
  return { url: url ?? urlOf(server), ...(token !== undefined && token !== '' && { token }) };
}

function urlOf({ host, port }: Config['server']): string {
  // An address for all networks is none to connect to.
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** GETs JSON. Rejects when nobody answers. */
export async function getJson(
  { url, token }: RunningService,
  path: string,
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${url}${path}`, {
    signal: AbortSignal.timeout(5000),
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
  });
  return { status: response.status, body: await response.json() };
}

/** One line about a failed call. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
