import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesFolder } from '../../config/files-folder.ts';
import type { Config } from '../../config/schema.ts';
import type { Logger } from '../../core/logger.ts';
import { backUpContents } from '../../feature/files/back-up-contents.ts';
import { backUpStateFile } from '../../state/backup.ts';
import { SqliteState } from '../../state/sqlite-state.ts';
import { StateFile } from '../../state/state-file.ts';
import { placeOf } from '../../util/database-url.ts';
import { Progress, type ProgressOptions } from '../progress.ts';

export interface BackupOptions {
  config: Config;
  /** Where the state file is if the configuration does not say. */
  usualStatePath: string;
  log: Logger;
  print: (text: string) => void;
  progress: ProgressOptions;
}

/**
 * Copies the state folder of a service, which may be running, into a new or empty folder: the state file as it is at one
 * moment, and then the contents of its files. Returns the exit code.
 */
export async function backupCommand(
  target: string,
  { config, usualStatePath, log, print, progress: options }: BackupOptions,
): Promise<number> {
  const statePath = config.state.path ?? usualStatePath;
  const filesPath = filesFolder(config, dirname(statePath));
  if (existsSync(target) && readdirSync(target).length > 0) {
    print(`${target} is not empty; name a new folder.\n`);
    return 1;
  }
  mkdirSync(target, { recursive: true, mode: 0o700 });
  const copy = join(target, 'state.db');
  backUpStateFile(statePath, copy);
  const stateFile = new StateFile({ path: copy, log, now: Date.now });
  const progress = new Progress(options);
  const onCopied = (done: number, total: number): void => {
    progress.show(`files: ${done}/${total}`, done / total);
  };
  try {
    const state = new SqliteState(stateFile);
    const count = await backUpContents({ state, from: filesPath, to: join(target, 'files'), onCopied });
    progress.end();
    print(`${copy} and the contents of ${count} files are in ${target}.\n`);
    if (config.state.url !== undefined)
      print(databaseHint(config.state.url, config.files.shared ? filesPath : undefined));
  } finally {
    stateFile.close();
  }
  return 0;
}

/** `filesPath`: of the contents of files, where those are shared as well. */
function databaseHint(url: string, filesPath: string | undefined): string {
  const folder = filesPath === undefined ? '' : `, and then the folder ${filesPath}`;
  return `What is in the database ${placeOf(url)} is not among it: copy that with pg_dump${folder}.\n`;
}
