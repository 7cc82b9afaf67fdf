import { join } from 'node:path';
import { StoredFiles } from '../../src/feature/files/stored-files.ts';
import type { StoredFile } from '../../src/core/files.ts';
import { SqliteState } from '../../src/state/sqlite-state.ts';
import { StateFile } from '../../src/state/state-file.ts';
import { newId } from '../../src/util/new-id.ts';
import { memoryLog } from './memory-log.ts';

/** Works with the files of a service that runs in this home, as a second service over the same state would. */
export async function withFilesOf<Result>(
  home: string,
  work: (files: StoredFiles) => Promise<Result>,
): Promise<Result> {
  const stateFile = new StateFile({ path: join(home, 'state/state.db'), log: memoryLog(), now: Date.now });
  const most = 10 * 1024 ** 3;
  const files = new StoredFiles({
    ...{
      state: new SqliteState(stateFile),
      path: join(home, 'state/files'),
      maxBytes: most,
      maxTotal: most,
      maxPerClient: most,
    },
    ...{ keepMs: 60 * 60 * 1000, now: Date.now, newId, log: memoryLog() },
  });
  try {
    return await work(files);
  } finally {
    files.close();
    stateFile.close();
  }
}

/** Keeps a file in a service that asks for no tokens. */
export function keepFile(home: string, filename: string, content: string | Uint8Array): Promise<StoredFile> {
  return withFilesOf(home, (files) =>
    files.add(undefined, { idPrefix: 'file_', filename, purpose: 'user_data' }, inOnePiece(content)),
  );
}

export function deleteFile(home: string, id: string): Promise<void> {
  return withFilesOf(home, (files) => files.delete(undefined, id));
}

async function* inOnePiece(content: string | Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(content));
}
