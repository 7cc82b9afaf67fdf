import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { afterEach, expect, it, vi } from 'vitest';
import { startProgram, type Program } from '../../src/process/start-program.ts';
import { markerVariable, sweepProcesses } from '../../src/process/sweep-processes.ts';
import { signalGroup } from '../../src/process/terminate.ts';

const programs: Program[] = [];
afterEach(() => {
  for (const { pid } of programs.splice(0)) signalGroup(pid, 'SIGKILL');
});

/** Runs a script in a session of its own, and gives the processes that it names on its output, one a line. */
async function start(script: string, marker: string, count: number): Promise<{ program: Program; pids: number[] }> {
  const env = { PATH: process.env['PATH'] ?? '', [markerVariable]: marker };
  const program = startProgram({ path: '/bin/sh', args: ['-c', script], env });
  programs.push(program);
  let output = '';
  program.stdout.setEncoding('utf8').on('data', (data: string) => (output += data));
  program.stderr.resume();
  await vi.waitFor(() => {
    expect(output.split('\n')).toHaveLength(count + 1);
  }, 5000);
  return { program, pids: output.trim().split('\n').map(Number) };
}

const isRunning = (pid: number) => existsSync(`/proc/${pid}/exe`) && isAlive(pid);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

it.runIf(existsSync('/proc/self/environ'))('kills what has left its session, and nobody else', async () => {
  const marker = randomUUID();
  const marked = await start("setsid sh -c 'echo $$; exec sleep 60' & echo $$; exec sleep 60", marker, 2);
  const other = await start('echo $$; exec sleep 60', randomUUID(), 1);
  await sweepProcesses({ marker });
  await marked.program.exited;
  expect(marked.pids.filter(isRunning)).toEqual([]);
  expect(other.pids.filter(isRunning)).toEqual(other.pids);
});

it.runIf(existsSync('/proc/self/environ'))(
  'kills a child that has cleared its environment, while it has its parent',
  async () => {
    const marker = randomUUID();
    const { pids } = await start("env -i setsid -w sh -c 'echo $$; exec sleep 60' & echo $$; wait", marker, 2);
    await sweepProcesses({ marker });
    expect(pids.filter(isRunning)).toEqual([]);
  },
);

it.runIf(existsSync('/proc/self/environ'))('spares a session', async () => {
  const marker = randomUUID();
  const { program, pids } = await start("setsid sh -c 'echo $$; exec sleep 60' & echo $$; exec sleep 60", marker, 2);
  await sweepProcesses({ marker, spareSession: program.pid });
  expect(pids.filter(isRunning)).toEqual([program.pid]);
});
