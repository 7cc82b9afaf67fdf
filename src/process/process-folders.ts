import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError } from '../core/errors.ts';
import { createRuntimeDir, prepareWorkspace } from './workspace.ts';

/** The folders of one process. */
export interface FoldersOfProcess {
  /** Shared, and empty. */
  workspace: string;
  /** Its own; whoever ends the process removes it. */
  tmpDir: string;
}

/** Where CLI processes run. A program that tidies up may take these folders away at any time: they are made again. */
export class ProcessFolders {
  readonly #workspace: string;
  #runtimeDir: string;

  /** Throws when something else is in the workspace's place. */
  constructor(workspace: string) {
    this.#workspace = workspace;
    prepareWorkspace(workspace);
    this.#runtimeDir = createRuntimeDir();
  }

  /** Throws `CLI_FAILED` where the folders cannot be made, as on a full disk. */
  prepare(): FoldersOfProcess {
    try {
      prepareWorkspace(this.#workspace);
      return { workspace: this.#workspace, tmpDir: this.#makeTmpDir() };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = `The claude CLI has no folder to work in (${reason}); on the server, free space or clear what is in its place.`;
      throw new HarnessError('CLI_FAILED', message, { cause: error });
    }
  }

  async remove(): Promise<void> {
    await rm(this.#runtimeDir, { recursive: true, force: true });
  }

  #makeTmpDir(): string {
    const make = (): string => mkdtempSync(join(this.#runtimeDir, 'w-'));
    try {
      return make();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      // By a new name: in a folder for everybody's files, somebody else may have taken the old one.
      this.#runtimeDir = createRuntimeDir();
      return make();
    }
  }
}
