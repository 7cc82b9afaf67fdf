import { describe, expect, it, vi } from 'vitest';
import { cliMissingError, exitError } from '../../src/process/cli-process.ts';
import { env, isAlive, spawnFixture, temporaryDir } from './fixture.ts';
import { eventually } from '../util/eventually.ts';

describe('spawnCli', () => {
  it('gives the messages that the process prints, then the end of its output', async () => {
    const cli = spawnFixture('prints-and-quits.sh');
    expect(await cli.receive()).toMatchObject({ type: 'result', result: 'bye' });
    expect(await cli.receive()).toBeUndefined();
    expect(await cli.exited).toEqual({ kind: 'exited', code: 7 });
  });

  it('reports the signal that a process was killed with', async () => {
    const cli = spawnFixture('mute.sh');
    process.kill(cli.pid ?? 0, 'SIGKILL');
    expect(await cli.exited).toEqual({ kind: 'killed', signal: 'SIGKILL' });
    expect(await cli.receive()).toBeUndefined();
  });

  it.each([
    ['no-such-program', 'ENOENT'],
    ['../../process/fixture.ts', 'EACCES'],
  ])('reports why %s cannot be started', async (name, code) => {
    const cli = spawnFixture(name);
    const exit = await cli.exited;
    expect(exit).toMatchObject({ kind: 'not_started', error: { code } });
    expect(exitError(exit, '')).toMatchObject({ code: 'CLI_MISSING' });
    expect(await cli.receive()).toBeUndefined();
    await cli.send([{ a: 1 }]);
    await cli.stop();
  });

  it('starts the process with what it is given and nothing of its own environment', async () => {
    const cwd = temporaryDir();
    vi.stubEnv('SECRET', 'inherited');
    const cli = spawnFixture('shows-start.sh', { cwd, args: ['two words', '$HOME'], env: { ...env, TMPDIR: '/t' } });
    await cli.exited;
    vi.unstubAllEnvs();
    await eventually(() => {
      expect(cli.stderrTail).toBe(`${cwd}|two words $HOME|/t|unset`);
    });
  });

  it('keeps the end of what the process wrote to stderr, and hands all of it on', async () => {
    let seen = 0;
    const cli = spawnFixture('loud.sh', {
      onStderr(text) {
        seen += text.length;
      },
    });
    await cli.exited;
    await eventually(() => {
      expect(cli.stderrTail.endsWith('19999\n20000')).toBe(true);
    });
    expect(cli.stderrTail.length).toBeLessThanOrEqual(4096);
    expect(seen).toBeGreaterThan(100_000);
  });

  it('fails at a line that is not JSON', async () => {
    await expect(spawnFixture('garbage.sh').receive()).rejects.toMatchObject({ code: 'CLI_PROTOCOL' });
  });

  it('waits with a large message until the process has taken it', async () => {
    const cli = spawnFixture('counts-line.sh');
    const group = -(cli.pid ?? 0);
    process.kill(group, 'SIGSTOP');
    const message = { text: 'x'.repeat(4 * 1024 * 1024) };
    let sent = false;
    const sending = cli.send([message]).then(() => {
      sent = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(sent).toBe(false);
    process.kill(group, 'SIGCONT');
    await sending;
    expect(await cli.receive()).toMatchObject({ result: String(JSON.stringify(message).length + 1) });
  });

  it('neither fails nor hangs when it writes to a process that is gone', async () => {
    const cli = spawnFixture('prints-and-quits.sh');
    await cli.exited;
    await cli.send([{ text: 'x'.repeat(1024 * 1024) }]);
    await cli.send([{ a: 1 }]);
    await cli.stop();
    await cli.send([{ a: 1 }]);
  });

  it('neither fails nor hangs when the process dies in the middle of a message', async () => {
    const cli = spawnFixture('mute.sh');
    const sending = cli.send([{ text: 'x'.repeat(4 * 1024 * 1024) }]);
    process.kill(cli.pid ?? 0, 'SIGKILL');
    await sending;
  });

  it('waits no longer than the process lives when it has closed its input', async () => {
    const cli = spawnFixture('closes-input.sh');
    await eventually(() => {
      expect(cli.stderrTail).toBe('closed');
    });
    await cli.send([{ text: 'x'.repeat(4 * 1024 * 1024) }]);
    expect(await cli.exited).toMatchObject({ kind: 'exited' });
  });
});

describe('CliProcess.stop', () => {
  it('ends the process and the wait for its next line', async () => {
    const cli = spawnFixture('idle.sh');
    const next = cli.receive();
    await cli.stop();
    expect(isAlive(cli.pid)).toBe(false);
    expect(await next).toBeUndefined();
  });

  it('ends a process that prints more than anybody reads', async () => {
    const cli = spawnFixture('endless.sh');
    expect(await cli.receive()).toEqual({ type: 'other' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await cli.stop();
    expect(isAlive(cli.pid)).toBe(false);
    expect(await cli.receive()).toBeUndefined();
  });

  it('does not take the half of a line that was being printed for a broken protocol', async () => {
    const cli = spawnFixture('half-line.sh');
    const next = cli.receive();
    await eventually(() => {
      expect(cli.stderrTail).toBe('printed');
    });
    await cli.stop();
    expect(await next).toBeUndefined();
  });

  it('may be called any number of times, and after the end', async () => {
    const cli = spawnFixture('prints-and-quits.sh');
    await Promise.all([cli.stop(), cli.stop()]);
    await cli.exited;
    await cli.stop();
  });
});

describe('exitError', () => {
  it.each(['ENOENT', 'EACCES'])('calls a CLI that gives %s missing', (code) => {
    const error = Object.assign(new Error('spawn'), { code });
    const failure = exitError({ kind: 'not_started', error }, '');
    expect(failure).toMatchObject({ code: 'CLI_MISSING', facts: { cause: error } });
    expect(failure.message).toBe(cliMissingError().message);
  });

  it('keeps the cause of any other failure to start', () => {
    const error = Object.assign(new Error('spawn'), { code: 'EAGAIN' });
    expect(exitError({ kind: 'not_started', error }, '')).toMatchObject({
      code: 'CLI_FAILED',
      facts: { cause: error },
    });
  });

  it('reports how the process ended and what it said last, for the log only', () => {
    const failure = exitError({ kind: 'exited', code: 3 }, 'secret');
    expect(failure).toMatchObject({ code: 'CLI_FAILED', facts: { exit: 3, stderrTail: 'secret' } });
    expect(failure.message).not.toContain('secret');
    expect(exitError({ kind: 'killed', signal: 'SIGSEGV' }, '').facts.exit).toBe('SIGSEGV');
  });
});
