import type { ConfigKey } from '../keys.ts';
import type { Config } from '../schema.ts';
import { writtenProfiles } from './written-profiles.ts';

/** Places within a profile whose values are never quoted in an error: they are secrets, or may be. */
const unquoted = new Set<PropertyKey>(['tokens', 'mcp_servers']);

/** A profile as a key of its section. It can be set in the file alone, as a whole. */
export function profileKey(name: string): ConfigKey {
  return {
    kind: 'profile',
    label: 'agent',
    secret: false,
    isSecretAt: ([field = '']) => unquoted.has(field),
    path: `agents.${name}`,
    section: 'agents',
    name,
    environmentName: '',
    optional: true,
    description: '',
  };
}

export function profileKeys({ agents }: Config): ConfigKey[] {
  return writtenProfiles(agents).map(([name]) => profileKey(name));
}
