import type { FileDraft } from '../../../src/core/files.ts';

export const draft: FileDraft = { idPrefix: 'file_', filename: 'a.txt', purpose: 'user_data' };

/** Content as it comes, in these pieces. */
export async function* pieces(...all: (string | Uint8Array)[]): AsyncGenerator<Uint8Array, void, void> {
  for (const piece of all) yield await Promise.resolve(Buffer.from(piece));
}
