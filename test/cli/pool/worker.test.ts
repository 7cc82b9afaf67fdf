import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Worker, type LaunchOptions } from '../../../src/cli/pool/worker.ts';
import { env, fixtureCli, isAlive, temporaryDir } from '../../process/fixture.ts';
import { eventually } from '../../util/eventually.ts';

function launch(fixture: string, changes: Partial<LaunchOptions> = {}): { worker: Worker; tmpDir: string } {
  const tmpDir = temporaryDir();
  const worker = new Worker('haiku', 5, {
    path: fixtureCli(fixture),
    args: [],
    env,
    workspace: tmpdir(),
    tmpDir,
    startTimeoutMs: 5000,
    ...changes,
  });
  onTestFinished(() => worker.stop());
  return { worker, tmpDir };
}

describe('Worker', () => {
  it('is idle when its CLI reads, busy when taken, and dead when stopped', async () => {
    const { worker } = launch('idle.sh');
    expect([worker.model, worker.startedAt, worker.state]).toEqual(['haiku', 5, 'starting']);
    await worker.ready;
    expect(worker.state).toBe('idle');
    worker.take(undefined, 0);
    expect(worker.state).toBe('busy');
    const stopped = worker.stop();
    expect(worker.state).toBe('draining');
    await stopped;
    expect(worker.state).toBe('dead');
    expect(isAlive(worker.cli.pid)).toBe(false);
  });

  it('gets with its setup what makes its turn quicker, where there is time for that', async () => {
    const { worker } = launch('idle.sh');
    await worker.ready;
    const send = vi.spyOn(worker.cli, 'send');
    worker.prepare({ lines: [{ type: 'setup' }], ahead: [{ type: 'more' }], key: 'a' });
    expect(send.mock.calls).toEqual([[[{ type: 'setup' }, { type: 'more' }]]]);
    expect(worker.preparedFor).toBe('a');
  });

  it('may be taken once only, and only when it is idle', async () => {
    const { worker } = launch('idle.sh');
    expect(() => {
      worker.take(undefined, 0);
    }).toThrow(expect.objectContaining({ code: 'CLI_FAILED' }) as Error);
    await worker.ready;
    worker.take(undefined, 0);
    expect(() => {
      worker.take(undefined, 0);
    }).toThrow(expect.objectContaining({ code: 'CLI_FAILED' }) as Error);
  });

  it('never becomes ready when its CLI ends before it reads, and says how it ended', async () => {
    const { worker } = launch('fails.sh');
    await expect(worker.ready).rejects.toMatchObject({
      code: 'CLI_FAILED',
      facts: { exit: 3, stderrTail: 'no such model' },
    });
    await worker.gone;
    expect(worker.state).toBe('dead');
  });

  it('never becomes ready when there is no such program', async () => {
    const { worker } = launch('no-such-program');
    await expect(worker.ready).rejects.toMatchObject({ code: 'CLI_MISSING' });
    await worker.stop();
  });

  it('gives up on a CLI that does not read in time', async () => {
    const { worker } = launch('mute.sh', { startTimeoutMs: 50 });
    await expect(worker.ready).rejects.toMatchObject({ code: 'CLI_FAILED' });
  });

  it('notices that its CLI has died while it was idle', async () => {
    const { worker } = launch('idle.sh');
    await worker.ready;
    process.kill(worker.cli.pid ?? 0, 'SIGKILL');
    await worker.gone;
    expect(worker.state).toBe('dead');
    expect(() => {
      worker.take(undefined, 0);
    }).toThrow(expect.objectContaining({ code: 'CLI_FAILED' }) as Error);
  });

  it('stays out of use when it was stopped while it was starting', async () => {
    const { worker } = launch('slow-start.sh');
    await worker.stop();
    expect(worker.state).toBe('dead');
    await expect(worker.ready).rejects.toMatchObject({ code: 'CLI_FAILED' });
  });

  it('gives its CLI a temporary directory of its own and removes it afterwards', async () => {
    const { worker, tmpDir } = launch('shows-start.sh');
    await worker.cli.exited;
    await eventually(() => {
      expect(worker.cli.stderrTail).not.toBe('');
    });
    expect(worker.cli.stderrTail.split('|')[2]).toBe(tmpDir);
    await worker.gone;
    expect(existsSync(tmpDir)).toBe(false);
  });

  it('runs its CLI in the workspace with the arguments it is given', async () => {
    const workspace = temporaryDir();
    const { worker } = launch('shows-start.sh', { workspace, args: ['--model', 'x y'] });
    await worker.gone;
    expect(worker.cli.stderrTail.split('|').slice(0, 2)).toEqual([workspace, '--model x y']);
  });

  it('may be stopped any number of times', async () => {
    const { worker } = launch('idle.sh');
    await Promise.all([worker.stop(), worker.stop()]);
    await worker.stop();
    expect(worker.state).toBe('dead');
  });
});
