import { describe, expect, it } from 'vitest';
import { startProgram } from '../../src/process/start-program.ts';
import { env } from './fixture.ts';

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP', 'exit'] as const;
const listeners = () => signals.map((signal) => process.listenerCount(signal));

describe('startProgram', () => {
  it('starts a program as the leader of a group of its own, and listens for no signal of ours', async () => {
    const before = listeners();
    const { pid = 0, exited } = startProgram({ path: '/bin/cat', args: [], env });
    expect(listeners()).toEqual(before);
    process.kill(-pid, 'SIGKILL');
    expect(await exited).toEqual({ kind: 'killed', signal: 'SIGKILL' });
  });

  it('gives the exit of a program whose pipes are still held by what it has left behind', async () => {
    const { pid = 0, exited } = startProgram({ path: '/bin/sh', args: ['-c', 'sleep 600 & exit 4'], env });
    expect(await exited).toEqual({ kind: 'exited', code: 4 });
    process.kill(-pid, 'SIGKILL');
  });

  it('does not fail when its streams are destroyed', async () => {
    const program = startProgram({ path: '/bin/cat', args: [], env });
    for (const stream of [program.stdin, program.stdout, program.stderr]) stream.destroy(new Error('destroyed'));
    expect(await program.exited).toMatchObject({ kind: 'exited' });
  });
});
