/**
 * Does what the service does while it has no more descriptors, or may start no more processes:
 * `tsx starved-program.ts descriptors|processes`. A parent brings the lack of processes about, and ends it.
 */
import { closeSync, openSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { exitError, spawnCli } from '../../src/process/cli-process.ts';
import { runCli } from '../../src/process/run-cli.ts';
import { readSystemd } from '../../src/systemd/notify.ts';

const env = { PATH: process.env['PATH'] ?? '' };
const say = (what: object): void => void process.stdout.write(`${JSON.stringify(what)}\n`);
const held: number[] = [];

if (process.argv[2] === 'descriptors') useUpDescriptors();
else await parentHasDone('starve');

const cli = spawnCli({ path: '/bin/cat', args: [], env, cwd: tmpdir() });
await cli.send([{ a: 1 }]);
const line = await cli.receive();
const exit = await cli.exited;
const failure = exitError(exit, cli.stderrTail);
await cli.stop();
const { exitCode } = await runCli('/bin/cat', [], env);
const notified = await readSystemd({ ...env, NOTIFY_SOCKET: '/nowhere' }, process.pid)
  .notify({ READY: '1' })
  .then(
    () => true,
    () => false,
  );

if (process.argv[2] === 'descriptors') for (const fd of held) closeSync(fd);
else await parentHasDone('relieve');
const { stdout } = await runCli('/bin/echo', ['served again'], env);
const reason = exit.kind === 'not_started' ? exit.error.code : exit.kind;
say({ reason, line: line ?? null, code: failure.code, exitCode: exitCode ?? null, notified, stdout });
process.stdin.destroy();

function useUpDescriptors(): void {
  try {
    for (;;) held.push(openSync('/dev/null', 'r'));
  } catch {
    // There are no more.
  }
}

async function parentHasDone(what: string): Promise<void> {
  say({ parent: what });
  await once(process.stdin, 'data');
}
