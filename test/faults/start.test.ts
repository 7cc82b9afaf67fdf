import { execSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { exitError, spawnCli } from '../../src/process/cli-process.ts';
import { runCli } from '../../src/process/run-cli.ts';

const program = fileURLToPath(new URL('starved-program.ts', import.meta.url));
const timeout = 60_000;

/**
 * The kernel lets root start as many processes as it likes. This user may read the program wherever it lies, also by
 * access(2), which forgets the capabilities of other users than root unless the bit is set.
 */
const asNobody =
  process.geteuid?.() === 0
    ? 'setpriv --securebits=+no_setuid_fixup --reuid=65534 --regid=65534 --clear-groups --inh-caps=+dac_read_search --ambient-caps=+dac_read_search '
    : '';

interface Starved {
  pid: number;
  /** The next line that it prints. */
  next: () => Promise<unknown>;
  goOn: () => void;
}

function start(lack: 'descriptors' | 'processes'): Starved {
  const before = lack === 'descriptors' ? 'ulimit -n 128; exec ' : `exec ${asNobody}`;
  const command = `${before}'${process.execPath}' --import tsx '${program}' ${lack}`;
  const child = spawn('sh', ['-c', command], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    pid: child.pid ?? 0,
    async next() {
      const line = await lines.next();
      return JSON.parse(String(line.value)) as unknown;
    },
    goOn() {
      child.stdin.write('\n');
    },
  };
}

const survived = {
  line: null,
  code: 'CLI_FAILED',
  exitCode: null,
  notified: false,
  stdout: 'served again',
};

it('a service without a free descriptor goes on, says so, and serves when there are some', { timeout }, async () => {
  const { next } = start('descriptors');
  expect(await next()).toEqual({ ...survived, reason: 'EMFILE' });
});

it('a service that may start no more processes goes on, says so, and serves when it may', { timeout }, async () => {
  const { pid, next, goOn } = start('processes');
  const prlimit = (...args: string[]): string =>
    execSync(`${asNobody}prlimit --pid ${pid} ${args.join(' ')}`).toString();
  expect(await next()).toEqual({ parent: 'starve' });
  const usual = prlimit('--nproc', '--output=SOFT', '--noheadings', '--raw').trim();
  prlimit('--nproc=1:');
  goOn();
  expect(await next()).toEqual({ parent: 'relieve' });
  prlimit(`--nproc=${usual}:`);
  goOn();
  expect(await next()).toEqual({ ...survived, reason: 'EAGAIN' });
});

it('a start that the kernel refuses outright is a CLI that failed', async () => {
  // As ENOMEM does, E2BIG comes as an exception and not as an event.
  const env = { HUGE: 'x'.repeat(4 * 1024 * 1024) };
  const cli = spawnCli({ path: '/bin/cat', args: [], env, cwd: tmpdir() });
  const exit = await cli.exited;
  expect(exit).toMatchObject({ kind: 'not_started', error: { code: 'E2BIG' } });
  expect(exitError(exit, '').code).toBe('CLI_FAILED');
  expect(await cli.receive()).toBeUndefined();
  await cli.send([{ a: 1 }]);
  await cli.stop();
  expect(await runCli('/bin/cat', [], env)).toEqual({ stdout: '', exitCode: undefined });
});
