import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { inspectStateFile } from '../../state/inspect.ts';
import { type Finding, ok, problem } from './finding.ts';

export function checkHome(home: string | undefined): Finding {
  if (home === undefined) return problem('HOME is not set: the CLI keeps its login there; set HOME for the service');
  try {
    accessSync(home, constants.R_OK | constants.W_OK);
    return ok(`home: ${home}`);
  } catch {
    return problem(`home: ${home} can't be written: the CLI refreshes its login there; make this user its owner`);
  }
}

export function checkWorkspace(path: string): Finding {
  try {
    if (!statSync(path).isDirectory()) return problem(`workspace: ${path} is not a directory; remove it`);
    if (readdirSync(path).length > 0) return problem(`workspace: ${path} is not empty; remove its contents`);
    accessSync(path, constants.R_OK | constants.X_OK);
    return ok(`workspace: ${path}`);
  } catch {
    return checkCanBeCreated('workspace', path, 'claude.workspace');
  }
}

export function checkStateFile(path: string): Finding {
  const found = inspectStateFile(path);
  switch (found.state) {
    case 'usable':
      return ok(`state: ${path} (version ${found.version})`);
    case 'unusable':
      return problem(`state: ${found.problem}`);
    case 'absent':
      return checkCanBeCreated('state', path, 'state.path');
  }
}

function checkCanBeCreated(what: string, path: string, key: string): Finding {
  const parent = nearestExisting(path);
  try {
    // With the dot, so that a file in place of a folder is refused.
    accessSync(`${parent}/.`, constants.W_OK | constants.X_OK);
    return ok(`${what}: ${path} (created at the first start)`);
  } catch {
    return problem(`${what}: ${path} can't be created, since ${parent} can't be written; set ${key}`);
  }
}

function nearestExisting(path: string): string {
  const parent = dirname(path);
  if (parent === path || statSync(parent, { throwIfNoEntry: false }) !== undefined) return parent;
  return nearestExisting(parent);
}
