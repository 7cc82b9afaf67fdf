import { describe, expect, it } from 'vitest';
import { runProgram } from '../../src/process/run-program.ts';
import { eventually } from '../util/eventually.ts';
import { env, isAlive } from './fixture.ts';

const run = (script: string, timeoutMs = 10_000) =>
  runProgram({ path: '/bin/sh', args: ['-c', script], env }, { timeoutMs });

describe('runProgram', () => {
  it('gives what a command printed, and how it ended', async () => {
    expect(await run('echo out; echo err >&2; exit 3')).toEqual({
      exit: { kind: 'exited', code: 3 },
      stdout: 'out',
      stderr: 'err',
    });
  });

  it('gives a command no input, and nothing of its own environment', async () => {
    expect((await run('cat; echo "$VITEST"')).stdout).toBe('');
  });

  it('gives the reason why a command could not be started', async () => {
    const { exit } = await runProgram({ path: '/no/such/program', args: [], env }, { timeoutMs: 1000 });
    expect(exit).toMatchObject({ kind: 'not_started', error: { code: 'ENOENT' } });
  });

  it('kills a command that takes too long, with what it has started', async () => {
    const { exit, stdout } = await run('sleep 600 & echo $!; wait', 200);
    expect(exit).toEqual({ kind: 'killed', signal: 'SIGKILL' });
    await eventually(() => {
      expect(isAlive(Number(stdout))).toBe(false);
    });
  });

  it('waits no longer for output that a process outside of the group may still write', async () => {
    const { exit, stdout } = await run('setsid sleep 600 & echo $!', 200);
    process.kill(Number(stdout), 'SIGKILL');
    expect(exit).toEqual({ kind: 'exited', code: 0 });
  });

  it('kills a command that prints without end', async () => {
    const { exit, stdout } = await run('yes');
    expect(exit).toEqual({ kind: 'killed', signal: 'SIGKILL' });
    expect(stdout.length).toBeLessThan(4 * 1024 * 1024);
  });
});
