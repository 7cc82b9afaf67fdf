import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { exitError, spawnCli } from '../../src/process/cli-process.ts';
import { runCli } from '../../src/process/run-cli.ts';

const program = fileURLToPath(new URL('descriptor-program.ts', import.meta.url));

it(
  'a service without a free descriptor goes on, says so, and serves when there are some',
  { timeout: 60_000 },
  async () => {
    const command = `ulimit -n 128; exec '${process.execPath}' --import tsx '${program}'`;
    const { stdout } = await promisify(execFile)('sh', ['-c', command]);
    const [reason, report] = stdout.split('\n');
    expect(reason).toBe('EMFILE');
    expect(JSON.parse(report ?? '')).toEqual({
      line: null,
      code: 'CLI_FAILED',
      exitCode: null,
      told: 'not told',
      stdout: 'served again',
    });
  },
);

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
