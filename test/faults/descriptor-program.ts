/** Uses up its file descriptors, then does what the service does while it has none: `tsx descriptor-program.ts`. */
import { closeSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { exitError, spawnCli } from '../../src/process/cli-process.ts';
import { runCli } from '../../src/process/run-cli.ts';
import { readSystemd } from '../../src/process/systemd.ts';

const env = { PATH: process.env['PATH'] ?? '' };
const held: number[] = [];
try {
  for (;;) held.push(openSync('/dev/null', 'r'));
} catch (error) {
  process.stdout.write(`${(error as NodeJS.ErrnoException).code ?? 'none'}\n`);
}
const cli = spawnCli({ path: '/bin/cat', args: [], env, cwd: tmpdir() });
await cli.send([{ a: 1 }]);
const line = await cli.receive();
const failure = exitError(await cli.exited, cli.stderrTail);
await cli.stop();
const { exitCode } = await runCli('/bin/cat', [], env);
const told = await readSystemd({ ...env, NOTIFY_SOCKET: '/nowhere' }, process.pid)
  .notify({ READY: '1' })
  .then(
    () => 'told',
    () => 'not told',
  );
for (const fd of held) closeSync(fd);
const { stdout } = await runCli('/bin/echo', ['served again'], env);
process.stdout.write(
  JSON.stringify({ line: line ?? null, code: failure.code, exitCode: exitCode ?? null, told, stdout }),
);
