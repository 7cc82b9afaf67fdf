import { constants, copyFileSync, linkSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SharedState } from '../../state/shared-state.ts';
import { ContentsFolder, isMissing } from './contents-folder.ts';
import { contentsOf, folderName, removeContent } from './file-rows.ts';

export interface BackUpOptions {
  /** The copy of the state file, which is changed. */
  state: SharedState;
  /** The folder of the files, and that of their copies. */
  from: string;
  to: string;
  /** Called after each content, with how many have been copied, and how many there are. */
  onCopied: (done: number, total: number) => void;
}

/**
 * Copies the contents of all files that a copy of the state file knows. They never change, so that a link is a copy. A
 * file that its owner has deleted since is taken out of the copy. Gives how many contents there are.
 */
export function backUpContents({ state, from, to, onCopied }: BackUpOptions): Promise<number> {
  return state.write(function* () {
    const name = yield* folderName();
    const [source, target] = [new ContentsFolder(join(from, name)), new ContentsFolder(join(to, name))];
    const rows = yield* contentsOf('');
    if (rows.length > 0) mkdirSync(target.path, { recursive: true, mode: 0o700 });
    let count = 0;
    for (const [index, { sha256 }] of rows.entries()) {
      if (copy(source.pathOf(sha256), target.pathOf(sha256))) count += 1;
      else yield* removeContent(sha256);
      onCopied(index + 1, rows.length);
    }
    return count;
  });
}

/** Whether it was there. */
function copy(source: string, target: string): boolean {
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
  try {
    linkOrCopy(source, target);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch (error) {
    // On another disk, or one that knows no links.
    if (isMissing(error)) throw error;
    copyFileSync(source, target, constants.COPYFILE_FICLONE);
  }
}
