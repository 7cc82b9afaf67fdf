import { addressToAsk, listenAddresses } from '../config/listen-address.ts';
import type { Config } from '../config/schema.ts';
import { type ListenAddress, urlOf } from '../core/listen-address.ts';
import { fetchAt } from '../util/fetch-at.ts';

/** The address of a running service, and the token to send to it. */
export interface RunningService {
  /** Such as `http://127.0.0.1:8013` or `unix:/run/claude-harness/http.sock`; `fetchAt` asks both. */
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
  return { url: url ?? urlOf(addressForClients(server)), ...(token !== undefined && token !== '' && { token }) };
}

/** Where the service of a configuration is asked from this machine. */
export function addressForClients(server: Config['server']): ListenAddress {
  return addressToAsk(listenAddresses(server)) ?? server;
}

export function authorization(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** GETs JSON. Rejects when there is no answer. */
export async function getJson(
  { url, token }: RunningService,
  path: string,
): Promise<{ status: number; body: unknown }> {
  const response = await fetchAt(url, path, {
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
