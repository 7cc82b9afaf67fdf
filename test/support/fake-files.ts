import { HarnessError } from '../../src/core/errors.ts';
import type { Files, StoredFile } from '../../src/core/files.ts';
import type { Caller } from '../../src/core/sessions.ts';

interface KeptFile {
  file: StoredFile;
  owner: Caller;
  bytes: Uint8Array;
}

export interface FakeFiles extends Files {
  /** Keeps a file that is there already. */
  put(file: Partial<StoredFile> & { bytes: Uint8Array | string; owner?: Caller }): StoredFile;
  /** The ids of the files whose contents were read, in order. */
  readonly reads: readonly string[];
}

/** Files that end with the test and can be made to be anything. */
export function fakeFiles(): FakeFiles {
  const kept = new Map<string, KeptFile>();
  const reads: string[] = [];
  let ids = 0;

  function find(caller: Caller, id: string, field?: string): KeptFile {
    const found = kept.get(id);
    if (found !== undefined && found.owner === caller) return found;
    throw new HarnessError('FILE_NOT_FOUND', `No file has the id ${id}.`, field === undefined ? {} : { param: field });
  }

  function put({ bytes: content, owner, ...facts }: Parameters<FakeFiles['put']>[0]): StoredFile {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    const file: StoredFile = {
      id: `file_${String((ids += 1)).padStart(32, '0')}`,
      filename: 'a.txt',
      mimeType: 'text/plain',
      sizeBytes: bytes.length,
      sha256: '00',
      createdAt: 1000,
      purpose: 'user_data',
      ...facts,
    };
    kept.set(file.id, { file, owner, bytes });
    return file;
  }

  return {
    put,
    reads,
    async add(caller: Caller, draft, content) {
      const pieces: Uint8Array[] = [];
      for await (const piece of content) pieces.push(piece);
      const { filename, purpose, claimedType } = typeof draft === 'function' ? draft() : draft;
      const mimeType = claimedType ?? 'text/plain';
      return put({ owner: caller, filename, purpose, mimeType, bytes: Buffer.concat(pieces) });
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- as the interface has it, a failure is a rejection.
    async describe(caller, id, field) {
      return find(caller, id, field).file;
    },
    list(caller) {
      const data = [...kept.values()].filter(({ owner }) => owner === caller).map(({ file }) => file);
      return Promise.resolve({ data, hasMore: false });
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- as above.
    async read(caller, id, range) {
      const { file, bytes } = find(caller, id);
      reads.push(id);
      return { file, content: inTwo(range === undefined ? bytes : bytes.subarray(range.first, range.last + 1)) };
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- as above.
    async delete(caller, id) {
      find(caller, id);
      kept.delete(id);
    },
  };
}

/** So that whoever reads it has to put pieces together. */
async function* inTwo(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  const middle = Math.floor(bytes.length / 2);
  yield bytes.subarray(0, middle);
  yield bytes.subarray(middle);
}
