import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stateFolder } from '../util/state-folder.ts';

/**
 * Where chat processes run: one empty directory, the same at every start, since newer CLIs tell the model its path and a
 * path that changed would miss the prompt cache.
 */
export function defaultWorkspace(env: NodeJS.ProcessEnv): string {
  return join(stateFolder(env), 'workspace');
}

/** Makes the workspace for this user alone; throws when something else is in its place. */
export function prepareWorkspace(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new Error(`claude has no folder to run in (${reasonOf(cause)}); set HOME or claude.workspace to one.`, {
      cause,
    });
  }
}

const prefix = 'claude-harness-';

/**
 * Makes the directory for the temporary files of this service's CLI processes, and removes those of services that were
 * killed before they could. The caller removes it at the end.
 */
export function createRuntimeDir(): string {
  try {
    return makeRuntimeDir();
  } catch (cause) {
    const problem = `temporary files have no folder (${reasonOf(cause)})`;
    throw new Error(`${problem}; set TMPDIR to one that this user may write to.`, { cause });
  }
}

function makeRuntimeDir(): string {
  for (const name of readdirSync(tmpdir())) {
    const pid = /^claude-harness-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) removeIfOurs(join(tmpdir(), name));
  }
  return mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function removeIfOurs(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory() === true && stat.uid === process.getuid?.()) rmSync(path, { recursive: true, force: true });
}

/** The system's own words name the folder. */
function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
