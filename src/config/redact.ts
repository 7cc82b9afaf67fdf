import { writtenProfiles } from './agents/written-profiles.ts';
import { deepFreeze } from './deep-freeze.ts';
import { configKeys } from './keys.ts';
import type { Config } from './schema.ts';

export const hidden = '(hidden)';

function hide(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(() => hidden);
  if (typeof value !== 'object' || value === null) return hidden;
  return Object.fromEntries(Object.keys(value).map((name) => [name, hidden]));
}

/** Arguments and addresses stay: secrets belong into variables and headers. */
function hideInProfile(profile: Record<string, unknown>): void {
  profile['tokens'] = hide(profile['tokens']);
  for (const server of Object.values(profile['mcp_servers'] as Record<string, Record<string, unknown>>)) {
    for (const name of ['env', 'headers']) if (name in server) server[name] = hide(server[name]);
  }
}

/** Names and folders stay. */
function hideInLogin(login: Record<string, unknown>): void {
  if ('token' in login) login['token'] = hide(login['token']);
}

/** A copy to print: tokens and values of `claude.env` become `(hidden)`; their number and names stay. */
export function redactConfig(config: Config): Config {
  const copy = structuredClone(config) as unknown as Record<string, Record<string, unknown>>;
  for (const { section, name, secret } of configKeys) {
    const values = section === undefined ? (copy as Record<string, unknown>) : copy[section];
    if (secret && values?.[name] !== undefined) values[name] = hide(values[name]);
  }
  for (const login of copy['claude']?.['logins'] as Record<string, unknown>[]) hideInLogin(login);
  for (const [, profile] of writtenProfiles(copy['agents'] ?? {})) hideInProfile(profile);
  return deepFreeze(copy) as unknown as Config;
}
