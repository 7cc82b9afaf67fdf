import { realpathSync, statSync } from 'node:fs';
import type { AgentProfile, WorkspaceFolder } from '../core/agent.ts';
import { HarnessError } from '../core/errors.ts';
import { containsPath, type ProtectedPath, protectedBy } from '../core/protected-paths.ts';

type Workspaces = AgentProfile['workspaces'];

/**
 * The folders of an agent without links on the way; `protectedPaths` are to be without, too. Throws `AGENT_UNAVAILABLE`
 * for a folder that it cannot work in.
 */
export function resolveWorkspaces(
  { name, workspaces }: Pick<AgentProfile, 'name' | 'workspaces'>,
  protectedPaths: readonly ProtectedPath[],
): Workspaces {
  const resolve = ({ path, mode, within }: WorkspaceFolder): WorkspaceFolder => {
    const real = realPathOf(path);
    if (real === undefined) throw unavailable(name, path, 'does not exist, or cannot be reached');
    // Whoever writes to a workspace, such as an agent, can replace a folder of it by a link.
    if (within !== undefined && !liesIn(real, within)) throw unavailable(name, path, `does not lie in ${within}`);
    const problem = problemOf(real, protectedPaths);
    if (problem !== undefined) throw unavailable(name, path, problem);
    return { path: real, mode };
  };
  const [first, ...others] = workspaces;
  const resolved: Workspaces = [resolve(first), ...others.map(resolve)];
  resolved.forEach(({ path, mode }, index) => {
    const around = resolved.find((folder) => folder.mode === 'ro' && mode === 'rw' && containsPath(folder.path, path));
    const written = workspaces[index]?.path ?? path;
    if (around !== undefined) throw unavailable(name, written, `lies in a read-only workspace (${around.path})`);
  });
  return resolved;
}

/** Each place under its own name, and under the one that it has without links. */
export function withRealPaths(places: readonly ProtectedPath[]): ProtectedPath[] {
  return places.flatMap((place) => {
    const real = realPathOf(place.path);
    return real === undefined || real === place.path ? [place] : [place, { ...place, path: real }];
  });
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function liesIn(real: string, workspace: string): boolean {
  const around = realPathOf(workspace);
  return around !== undefined && containsPath(around, real);
}

function problemOf(path: string, protectedPaths: readonly ProtectedPath[]): string | undefined {
  if (!statSync(path).isDirectory()) return 'is not a folder';
  // They would be patterns in the CLI's rules.
  if (/[*?[\]{}()!\\,\p{Cc}]/u.test(path)) return 'is, or links to, a path with special characters';
  if (path === '/') return 'is a link to /';
  const place = protectedBy(path, protectedPaths);
  return place === undefined ? undefined : `gives access to ${place.what}`;
}

function unavailable(name: string, path: string, problem: string): HarnessError {
  const message = `The agent ${name} cannot work in ${path}, which ${problem}; on the server, correct the folder or agents.${name}.workspaces.`;
  return new HarnessError('AGENT_UNAVAILABLE', message);
}
