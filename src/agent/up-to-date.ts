import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Login } from '../admission/login.ts';
import type { AgentProfile } from '../core/agent.ts';
import { isSameFile, stampOf } from '../process/file-stamp.ts';
import { type AgentLaunch, type AgentLaunchOptions, planLaunch } from './launch.ts';

interface Started {
  /** Of the CLI. */
  path: string;
  locate: () => string | undefined;
  login: Pick<Login, 'returns'>;
  profile: AgentProfile;
  options: AgentLaunchOptions;
  launch: AgentLaunch;
}

/** To be called at a process's start: whether, from then on, it would be started in the same way again. */
export function upToDate({ path, locate, login, profile, options, launch }: Started): () => boolean {
  const file = stampOf(path);
  const { returns } = login;
  return () => {
    if (login.returns !== returns || !canWait(profile)) return false;
    try {
      return locate() === path && isSameFile(file) && isDeepStrictEqual(planLaunch(profile, options), launch);
    } catch {
      // The next start fails in the same way, and says why.
      return false;
    }
  };
}

/**
 * Whether a process of this profile may be started long before its first turn. With full trust the CLI itself reads the
 * workspace's files, and runs its hooks. Of a Git repository it notes what is checked out and what has changed, once for
 * the whole conversation (2.1.197 and 2.1.332).
 */
export function canWait({ trust, workspaces: [{ path }] }: AgentProfile): boolean {
  return trust !== 'full' && !isInRepository(path);
}

function isInRepository(path: string): boolean {
  let folder = realPathOf(path);
  while (!existsSync(join(folder, '.git'))) {
    if (folder === dirname(folder)) return false;
    folder = dirname(folder);
  }
  return true;
}

/** A folder that is missing is for the start to complain about. */
function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
