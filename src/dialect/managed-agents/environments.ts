import type { WorkspaceFolder } from '../../core/agent.ts';
import type { Agent } from '../../core/sessions.ts';
import { toTime } from './time.ts';
import type { WireEnvironment } from './types.ts';

/** Where an agent works: its folders. */
export function toWireEnvironment({ profile, createdAt, updatedAt }: Agent): WireEnvironment {
  const { name, workspaces } = profile;
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
