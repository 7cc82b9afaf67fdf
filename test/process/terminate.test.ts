import { describe, expect, it } from 'vitest';
import { isAlive, spawnFixture } from './fixture.ts';
import { eventually } from '../util/eventually.ts';

/** The process that a fixture started, whose id it writes to stderr. */
async function childOf(cli: ReturnType<typeof spawnFixture>): Promise<number> {
  await eventually(() => {
    expect(cli.stderrTail).toMatch(/^\d+$/);
  });
  return Number(cli.stderrTail);
}

describe('terminate', () => {
  it('asks nicely first: a process that obeys is gone at once, by SIGTERM', async () => {
    const cli = spawnFixture('mute.sh');
    const before = performance.now();
    await cli.stop();
    expect(await cli.exited).toEqual({ kind: 'killed', signal: 'SIGTERM' });
    expect(performance.now() - before).toBeLessThan(1900);
  });

  it('also ends what the process left behind in its group', async () => {
    const cli = spawnFixture('leaves-child.sh');
    const child = await childOf(cli);
    await cli.stop();
    expect(isAlive(child)).toBe(false);
  });

  it('waits until what was left behind is gone, however long the kernel takes', async () => {
    const cli = spawnFixture('leaves-large-child.sh');
    const child = await childOf(cli);
    await cli.stop();
    expect(isAlive(child)).toBe(false);
  });

  it('kills a process that goes on after two seconds, and its children', async () => {
    const cli = spawnFixture('ignores-sigterm.sh');
    const child = await childOf(cli);
    const before = performance.now();
    await cli.stop();
    expect(performance.now() - before).toBeGreaterThan(1900);
    expect(await cli.exited).toEqual({ kind: 'killed', signal: 'SIGKILL' });
    expect(isAlive(child)).toBe(false);
  });
});
