/** Receives two files at once; the first one comes to its end when a line comes. */
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { StoredFiles } from '../../src/feature/files/stored-files.ts';
import { SqliteState } from '../../src/state/sqlite-state.ts';
import { StateFile } from '../../src/state/state-file.ts';
import { newId } from '../../src/util/new-id.ts';
import { memoryLog } from '../support/memory-log.ts';
import { draft } from '../feature/files/content.ts';

const [folder = ''] = process.argv.slice(2);
const log = memoryLog();
const stateFile = new StateFile({ path: join(folder, 'state.db'), log, now: Date.now });
const files = new StoredFiles({
  ...{ state: new SqliteState(stateFile), path: join(folder, 'files'), log, now: Date.now, newId },
  ...{ maxBytes: 1000, maxTotal: 1_000_000, maxPerClient: 1_000_000, keepMs: 0 },
});
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
let begun = 0;

async function* slow(end: Promise<unknown>): AsyncGenerator<Uint8Array, void, void> {
  yield Buffer.from('begun');
  begun += 1;
  if (begun === 2) console.log('receiving');
  await end;
}

const never = new Promise<never>(() => undefined);
void files.add('other', draft, slow(never));
const { id } = await files.add('other', draft, slow(lines.next()));
console.log(`added ${id}`);
