import { getEventListeners } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CliProcess } from '../../../src/process/cli-process.ts';
import { PendingLines } from '../../../src/cli/pool/pending-lines.ts';
import { Channel, type ChannelOptions } from '../../../src/cli/turn/channel.ts';
import { isAlive, spawnFixture } from '../../process/fixture.ts';
import { eventually } from '../../util/eventually.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function open(fixture: string, changes: Partial<ChannelOptions> = {}): { channel: Channel; cli: CliProcess } {
  const cli = spawnFixture(fixture);
  const signal = new AbortController().signal;
  const lines = new PendingLines(cli);
  // What the process's owner does where it cannot be emptied.
  const onEnd = () => void cli.stop();
  const channel = new Channel({ cli, lines }, { signal, turnTimeoutMs: 5000, idleTimeoutMs: 5000, onEnd, ...changes });
  onTestFinished(() => {
    channel.dispose();
  });
  return { channel, cli };
}

/** Listens until it fails; gives what it failed with. */
async function failureOf(channel: Channel): Promise<unknown> {
  try {
    for (;;) await channel.receive();
  } catch (error) {
    return error;
  }
}

describe('Channel', () => {
  it('gives what the process prints', async () => {
    const { channel } = open('prints-and-quits.sh');
    expect(await channel.receive()).toMatchObject({ type: 'result', result: 'bye' });
  });

  it('fails with how the process ended', async () => {
    const { channel } = open('fails.sh');
    expect(await failureOf(channel)).toMatchObject({ code: 'CLI_FAILED', facts: { exit: 3 } });
  });

  it('ends a process that is silent for too long', async () => {
    const { channel, cli } = open('idle.sh', { idleTimeoutMs: 60 });
    expect(await failureOf(channel)).toMatchObject({ code: 'IDLE_TIMEOUT' });
    await cli.exited;
    expect(isAlive(cli.pid)).toBe(false);
  });

  it('waits for the end of a process that closed its output no longer than for a line', async () => {
    const { channel, cli } = open('closes-pipes-in-turn.sh', { idleTimeoutMs: 300 });
    await channel.send([{ type: 'user' }]);
    expect(await failureOf(channel)).toMatchObject({ code: 'IDLE_TIMEOUT' });
    await cli.exited;
  });

  it('takes any line for a sign of life', async () => {
    const { channel } = open('ticks.sh', { idleTimeoutMs: 300 });
    const before = performance.now();
    while (performance.now() - before < 400) expect(await channel.receive()).toEqual({ type: 'other' });
  });

  it('blames no process for silence that nobody listened to', async () => {
    const { channel } = open('two-lines.sh', { idleTimeoutMs: 100 });
    await channel.receive();
    await pause(250);
    expect(await channel.receive()).toMatchObject({ result: 'second' });
  });

  it('counts the silence from when it begins to listen, also after it had not for long', async () => {
    const { channel } = open('idle.sh', { idleTimeoutMs: 80 });
    await pause(150);
    const before = performance.now();
    expect(await failureOf(channel)).toMatchObject({ code: 'IDLE_TIMEOUT' });
    expect(performance.now() - before).toBeGreaterThan(70);
  });

  it('ends a turn that takes too long, however lively', async () => {
    const { channel, cli } = open('ticks.sh', { turnTimeoutMs: 100 });
    expect(await failureOf(channel)).toMatchObject({ code: 'TURN_TIMEOUT' });
    await cli.exited;
  });

  it('ends a turn that takes too long while nobody listens', async () => {
    const { channel, cli } = open('endless.sh', { turnTimeoutMs: 50 });
    await cli.exited;
    await expect(channel.receive()).rejects.toMatchObject({ code: 'TURN_TIMEOUT' });
  });

  it("ends with the signal's reason when the request is aborted", async () => {
    const controller = new AbortController();
    const { channel, cli } = open('idle.sh', { signal: controller.signal });
    const failure = failureOf(channel);
    const reason = new Error('gone');
    controller.abort(reason);
    expect(await failure).toBe(reason);
    await cli.exited;
  });

  it('throws the reason without waiting for the end of a process that takes its time', async () => {
    const controller = new AbortController();
    const { channel, cli } = open('ignores-sigterm.sh', { signal: controller.signal });
    await eventually(() => {
      expect(cli.stderrTail).not.toBe('');
    });
    const failure = failureOf(channel);
    const reason = new Error('gone');
    controller.abort(reason);
    const before = performance.now();
    expect(await failure).toBe(reason);
    expect(performance.now() - before).toBeLessThan(1000);
  });

  it('ends at once when the request was aborted before', async () => {
    const reason = new Error('gone');
    const { channel } = open('ticks.sh', { signal: AbortSignal.abort(reason) });
    expect(await failureOf(channel)).toBe(reason);
  });

  it('throws the reason, not the half of a line that the process had printed', async () => {
    const controller = new AbortController();
    const { channel, cli } = open('half-line.sh', { signal: controller.signal });
    const failure = failureOf(channel);
    await eventually(() => {
      expect(cli.stderrTail).toBe('printed');
    });
    const reason = new Error('gone');
    controller.abort(reason);
    expect(await failure).toBe(reason);
  });

  it('keeps the first reason', async () => {
    const controller = new AbortController();
    const { channel, cli } = open('mute.sh', { signal: controller.signal, turnTimeoutMs: 30 });
    await cli.exited;
    controller.abort(new Error('gone'));
    await expect(channel.receive()).rejects.toMatchObject({ code: 'TURN_TIMEOUT' });
  });

  it('leaves the process alone when the request is aborted, and its next line to the next reader', async () => {
    const controller = new AbortController();
    const cli = spawnFixture('two-lines.sh');
    const lines = new PendingLines(cli);
    let ends = 0;
    const onEnd = () => {
      ends += 1;
    };
    const options = { turnTimeoutMs: 5000, idleTimeoutMs: 5000, onEnd };
    const channel = new Channel({ cli, lines }, { ...options, signal: controller.signal });
    await channel.receive();
    const waiting = channel.receive();
    controller.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    await expect(channel.send([{}])).rejects.toThrow('gone');
    expect(ends).toBe(1);
    expect(await lines.next(new AbortController().signal)).toMatchObject({ result: 'second' });
    channel.dispose();
  });

  it('stops watching when it is disposed of', async () => {
    const controller = new AbortController();
    const { channel, cli } = open('mute.sh', { signal: controller.signal, turnTimeoutMs: 30 });
    channel.dispose();
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    controller.abort();
    await pause(60);
    expect(isAlive(cli.pid)).toBe(true);
  });
});
