/** The client library: one interface over a service that runs, and over one of its own. See docs/client.md. */
import { LocalHarness } from './local.ts';
import { RemoteHarness } from './remote.ts';
import type { ConnectOptions, Harness, StartOptions } from './types.ts';

export { ClientError } from './error.ts';
export type * from './types.ts';

/** Uses a service that runs. Rejects with what to do where it would not serve, unless it is not to be asked. */
export async function connect({ url, token, checksHealth = true }: ConnectOptions): Promise<Harness> {
  const harness = new RemoteHarness(url, token);
  if (checksHealth) await harness.checkHealth();
  return harness;
}

/** Starts a service of its own, on a free port of this machine and with the login of the installed CLI; `close` ends it. */
export async function start(options: StartOptions = {}): Promise<Harness> {
  const harness = await LocalHarness.start(options);
  try {
    if (options.checksHealth !== false) await harness.checkHealth();
    return harness;
  } catch (error) {
    await harness.close();
    throw error;
  }
}
