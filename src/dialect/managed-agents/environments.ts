import type { WorkspaceFolder } from '../../core/agent.ts';
import type { Agent } from '../../core/sessions.ts';
import { toTime } from './time.ts';
import type { WireEnvironment } from './types.ts';

/** Where an agent works: the folders of its profile, whose name is the environment's id. */
export function toWireEnvironment(agent: Agent): WireEnvironment {
  const { profile, createdAt, updatedAt } = agent;
  const { workspaces } = profile;
  const name = environmentOf(agent);
  return {
    type: 'environment',
    id: name,
    name,
    description: workspaces.map(describeFolder).join(', '),
    config: { type: 'self_hosted' },
    metadata: Object.fromEntries(workspaces.map(({ path, mode }) => [path, mode])),
    created_at: toTime(createdAt),
    updated_at: toTime(updatedAt),
    archived_at: null,
  };
}

function describeFolder({ path, mode }: WorkspaceFolder): string {
  return mode === 'ro' ? `${path} (read-only)` : path;
}

export function environmentOf({ profile, definition }: Agent): string {
  return definition?.profile ?? profile.name;
}
