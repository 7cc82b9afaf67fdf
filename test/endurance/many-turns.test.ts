import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isOtherCli } from '../support/cli-under-test.ts';
import { cheapModel, startHarness } from '../support/harness.ts';
import { questionOf } from '../support/upstream.ts';

/** A temporary directory of its own shows what is left in it. */
function ownTmp(): string {
  const tmp = mkdtempSync(join(tmpdir(), 'endurance-'));
  process.env['TMPDIR'] = tmp;
  onTestFinished(() => {
    delete process.env['TMPDIR'];
    rmSync(tmp, { recursive: true, force: true });
  });
  return tmp;
}

/** Each turn of the oldest CLI starts a process. */
const turns = isOtherCli ? 40 : 200;

test('many turns one after the other, and 8 at once, leave nothing behind', { timeout: 1_200_000 }, async () => {
  const tmp = ownTmp();
  const harness = await startHarness((sent) => ({ kind: 'answer', text: `answer to ${questionOf(sent)}` }), {
    pool: { warm_per_model: 2, max_warm: 2 },
  });
  onTestFinished(() => harness.stop());
  const { client, standIn, processes, home, service } = harness;
  const ask = async (question: string) => {
    const completion = await client.chat.completions.create({
      model: cheapModel,
      messages: [{ role: 'user', content: question }],
    });
    expect(completion.choices[0]?.message.content).toBe(`answer to ${question}`);
  };
  const askAtOnce = (round: string) =>
    Promise.all(Array.from({ length: 8 }, (_, index) => ask(`${round} at once ${index}`)));
  // The client keeps its connections, so they are opened before the count.
  await askAtOnce('first');
  await expect.poll(processes, { timeout: 10_000 }).toBe(2);
  const descriptors = openDescriptors();

  for (let index = 0; index < turns; index += 1) await ask(`question ${index}`);
  await askAtOnce('then');

  // What is there now is what was there before: the two warm ones.
  await expect.poll(processes, { timeout: 10_000 }).toBe(2);
  await expect.poll(openDescriptors, { timeout: 10_000 }).toBeLessThanOrEqual(descriptors + 2);
  expect(standIn.requests.length).toBe(turns + 16);

  await service.stop();
  expect(processes()).toBe(0);
  expect(readdirSync(tmp).filter((name) => join(tmp, name) !== home)).toEqual([]);
  expect(sessionsOf(home)).toEqual([]);
});

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

/** The CLI's own record of running sessions, which a killed one would leave. */
function sessionsOf(home: string): string[] {
  const dir = join(home, '.claude/sessions');
  return existsSync(dir) ? readdirSync(dir) : [];
}
