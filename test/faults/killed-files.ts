/**
 * Adds and deletes files as a service does, and kills itself before or after a step on the disk or in the state file, whose
 * number it is given. It prints what it has been told of each: `added ID CONTENT` and `deleted ID`.
 */
import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

const [folder = '', killAt = '0'] = process.argv.slice(2);
let steps = 0;

function step(): void {
  steps += 1;
  if (steps === Number(killAt)) process.kill(process.pid, 'SIGKILL');
}

type Callable = (...args: never[]) => unknown;

/** Makes each call of a method two steps: before and after it. */
function countCalls(owner: object, names: readonly string[]): void {
  const methods = owner as Record<string, Callable>;
  for (const name of names) {
    const original = methods[name];
    if (original === undefined) throw new Error(`there is no ${name}`);
    methods[name] = function (this: unknown, ...args) {
      step();
      const result = original.apply(this, args);
      if (!(result instanceof Promise)) {
        step();
        return result;
      }
      return result.then((value: unknown) => {
        step();
        return value;
      });
    };
  }
}

countCalls(fs, ['mkdirSync', 'openSync', 'fsyncSync', 'renameSync', 'rmSync']);
countCalls(fsPromises, ['open', 'rm']);
syncBuiltinESMExports();
const handle = await fsPromises.open(process.execPath);
countCalls(Object.getPrototypeOf(handle) as object, ['writeFile', 'datasync']);
await handle.close();

const { StoredFiles } = await import('../../src/feature/files/stored-files.ts');
const { SqliteState } = await import('../../src/state/sqlite-state.ts');
const { StateFile } = await import('../../src/state/state-file.ts');
const { newId } = await import('../../src/util/new-id.ts');
const { memoryLog } = await import('../support/memory-log.ts');
const { draft, pieces } = await import('../feature/files/content.ts');

// Within a transaction, before it is committed.
const write = Reflect.get(StateFile.prototype, 'write') as (
  this: unknown,
  work: (database: never) => unknown,
) => unknown;
StateFile.prototype.write = function <T>(this: InstanceType<typeof StateFile>, work: (database: never) => T): T {
  return write.call(this, (database) => {
    const result = work(database);
    step();
    return result;
  }) as T;
};
countCalls(StateFile.prototype, ['write']);

const log = memoryLog();
const stateFile = new StateFile({ path: join(folder, 'state.db'), log, now: Date.now });
const files = new StoredFiles({
  ...{ state: new SqliteState(stateFile), path: join(folder, 'files'), log, now: Date.now, newId },
  ...{ maxBytes: 1000, maxTotal: 1_000_000, maxPerClient: 1_000_000, keepMs: 0 },
});
steps = 0;

async function add(content: string): Promise<string> {
  const { id } = await files.add('me', draft, pieces(content));
  fs.writeSync(1, `added ${id} ${content}\n`);
  return id;
}

async function remove(id: string): Promise<void> {
  await files.delete('me', id);
  fs.writeSync(1, `deleted ${id}\n`);
}

const first = await add('one');
const again = await add('one');
await remove(first);
await remove(again);
await add('one');
await add('two');
fs.writeSync(1, `steps ${steps}\n`);
