import type { DeepReadonly } from '../deep-freeze.ts';
import { keysOfSection } from '../sections/agents.ts';
import type { WrittenProfile } from './profile.ts';

export type LoadedProfile = DeepReadonly<WrittenProfile>;

/** The agents of a loaded configuration, as they are written there. */
export function writtenProfiles(agents: object): [string, LoadedProfile][] {
  const all = Object.entries(agents as Record<string, LoadedProfile>);
  return all.filter(([name]) => !keysOfSection.has(name));
}
