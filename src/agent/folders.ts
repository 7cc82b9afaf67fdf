import { realpathSync, statSync } from 'node:fs';
import type { AgentProfile, WorkspaceFolder } from '../core/agent.ts';
import { HarnessError } from '../core/errors.ts';
import { type ProtectedPath, protectedBy } from '../core/protected-paths.ts';

/** The folders of an agent without links on the way. Throws `AGENT_UNAVAILABLE` for one that it cannot work in. */
export function resolveWorkspaces(
  { name, workspaces }: AgentProfile,
  protectedPaths: readonly ProtectedPath[],
): [WorkspaceFolder, ...WorkspaceFolder[]] {
  const places = protectedPaths.flatMap((place) => [place, { ...place, path: realPathOf(place.path) ?? place.path }]);
  const resolve = ({ path, mode }: WorkspaceFolder): WorkspaceFolder => {
    const real = realPathOf(path);
    const problem = real === undefined ? 'does not exist, or may not be read' : problemOf(real, places);
    if (real !== undefined && problem === undefined) return { path: real, mode };
    const message = `The agent ${name} cannot work in ${path}, which ${problem}; on the server, set agents.${name}.workspaces to other folders, or fix this one.`;
    throw new HarnessError('AGENT_UNAVAILABLE', message);
  };
  const [first, ...others] = workspaces;
  return [resolve(first), ...others.map(resolve)];
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function problemOf(path: string, places: readonly ProtectedPath[]): string | undefined {
  if (!statSync(path).isDirectory()) return 'is not a directory';
  if (/[*?[\]{}()!\\,\p{Cc}]/u.test(path)) return 'is a link to a path with special characters';
  const place = protectedBy(path, places);
  return place === undefined ? undefined : `lies across ${place.what}`;
}
