import type { Config } from '../config/schema.ts';

/** The address of a running service, and the token to send to it. */
export interface RunningService {
  url: string;
  token?: string;
}

/** The service at `url`, by default at the address in the configuration. */
export function runningService(
  server: Config['server'],
  url: string | undefined,
  env: NodeJS.ProcessEnv,
): RunningService {
  const token = env['HARNESS_TOKEN'];
  return { url: url ?? urlOf(server), ...(token !== undefined && token !== '' && { token }) };
}

function urlOf({ host, port }: Config['server']): string {
  // A wildcard address can be listened on, not connected to.
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

export function authorization(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** GETs JSON. Rejects when there is no answer. */
export async function getJson(
  { url, token }: RunningService,
  path: string,
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${url}${path}`, {
    signal: AbortSignal.timeout(5000),
    headers: authorization(token),
  });
  return { status: response.status, body: await response.json() };
}

/** Describes a failed call in one line. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

/** The same as a line about the service, which was asked in vain. */
export function describeSilence({ url }: RunningService, error: unknown): string {
  return `${url} does not answer: ${reasonOf(error)}. Is the service running?\n`;
}
