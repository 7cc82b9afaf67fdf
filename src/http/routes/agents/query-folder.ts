import { realpath } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { AgentProfile } from '../../../core/agent.ts';
import { HarnessError } from '../../../core/errors.ts';
import { containsPath } from '../../../core/protected-paths.ts';
import type { AgentOverrides } from '../../../core/sessions.ts';

/**
 * The workspace in which a folder lies, links followed; of several the innermost. That it still does is checked again at
 * each start of a process. Throws `FOLDER_NOT_ALLOWED`.
 */
export async function chooseFolder(
  cwd: string,
  { workspaces }: Pick<AgentProfile, 'workspaces'>,
): Promise<NonNullable<AgentOverrides['folder']>> {
  const path = isAbsolute(cwd) ? await realPathOf(cwd) : undefined;
  const resolved = await Promise.all(
    workspaces.map(async (folder) => ({ folder, real: await realPathOf(folder.path) })),
  );
  const around = resolved
    .filter(({ real }) => path !== undefined && real !== undefined && containsPath(real, path))
    .toSorted((a, b) => (b.real?.length ?? 0) - (a.real?.length ?? 0))[0];
  if (path === undefined || around === undefined) throw notAllowed();
  return { path, workspace: around.folder.path };
}

async function realPathOf(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch {
    return undefined;
  }
}

function notAllowed(): HarnessError {
  const message = 'options.cwd: It is no folder in a workspace of the agent; GET /capabilities lists those.';
  return new HarnessError('FOLDER_NOT_ALLOWED', message, { param: 'options.cwd' });
}
