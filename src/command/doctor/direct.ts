import { ConfigError } from '../../config/config-error.ts';
import { readDirectKey } from '../../config/direct-key.ts';
import type { Config } from '../../config/schema.ts';
import { urlOf } from '../../core/listen-address.ts';
import { ownEnvironment } from '../../process/environment.ts';
import { fetchAt } from '../../util/fetch-at.ts';
import { addressForClients } from '../running-service.ts';
import { type Finding, ok, problem } from './finding.ts';

/** Checks the form of the key without sending it, so only a real request proves that it works. */
export async function checkDirect(config: Config, variable: string): Promise<Finding> {
  try {
    readDirectKey(config, ownEnvironment());
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // The variable may be set for the unit only.
    if (await servesDirectly(config.server)) return ok(`direct: the running service has its API key (${variable})`);
    return problem(`direct: ${error.problems.map(({ message }) => message).join('; ')}`);
  }
  return ok(`direct: ${variable} holds an API key (only a real request under /api proves it)`);
}

async function servesDirectly(server: Config['server']): Promise<boolean> {
  try {
    const response = await fetchAt(urlOf(addressForClients(server)), '/api/status', {
      signal: AbortSignal.timeout(2000),
    });
    return ((await response.json()) as { backend?: unknown }).backend === 'direct';
  } catch {
    return false;
  }
}
