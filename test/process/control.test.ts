import { describe, expect, it } from 'vitest';
import { controlLine, waitUntilReading } from '../../src/process/control.ts';
import { spawnFixture } from './fixture.ts';

/** Whether a promise settles within a moment. */
const settles = (promise: Promise<unknown>) =>
  Promise.race([
    promise.then(() => true),
    new Promise<false>((resolve) => {
      setTimeout(resolve, 150, false);
    }),
  ]);

describe('waitUntilReading', () => {
  it('settles when the CLI refuses its question', async () => {
    expect(await waitUntilReading(spawnFixture('idle.sh'))).toBe('reading');
  });

  it('waits past what else the CLI prints', async () => {
    expect(await settles(waitUntilReading(spawnFixture('endless.sh')))).toBe(false);
  });

  it.each(['fails.sh', 'prints-and-quits.sh', 'no-such-program'])('never settles when %s ends before', async (name) => {
    const cli = spawnFixture(name);
    const reading = waitUntilReading(cli);
    await cli.exited;
    expect(await settles(reading)).toBe(false);
  });
});

describe('controlLine', () => {
  it('wraps a request as the CLI wants it', () => {
    expect(controlLine('id', { subtype: 'harness_ready' })).toEqual({
      type: 'control_request',
      request_id: 'id',
      request: { subtype: 'harness_ready' },
    });
  });
});
