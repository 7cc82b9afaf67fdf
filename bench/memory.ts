/** Does anything grow over thousands of turns: the harness itself, or a CLI process until it is replaced? */
import { askOnce } from './support/ask-once.ts';
import { atMost, singleUseNote, type Bench, type Row } from './support/bench.ts';
import { startHarness, type Harness } from './support/harness.ts';
import { HttpClient } from './support/http-client.ts';
import { openLab } from './support/lab.ts';
import { residentMb, sumOf } from './support/proc.ts';
import { promptWithHistory, promptWithTools, shortPrompt } from './support/prompt.ts';
import { probeArgs, sampleOf } from './support/sampled.ts';
import { round } from './support/statistics.ts';

/** All with one system prompt, so that one process serves them for as long as it may. */
const prompts = [shortPrompt, promptWithHistory(50), promptWithTools(20)];
/** Often enough to see a process shortly before it is replaced (`pool.max_turns`). */
const lookEvery = 5;
const maxGrowth = 1.1;

export const memory: Bench = async ({ quick, cleanup, progress }) => {
  // The first stretch ends where a program that warms up has grown to its size, and some processes were replaced.
  const first = quick ? 30 : 500;
  const all = quick ? 90 : 5000;
  const lab = await openLab(cleanup);
  const harness = await startHarness(lab, { nodeArgs: probeArgs, ipc: true });
  const client = new HttpClient(cleanup);
  let turns = 0;

  /** Gives the largest of the CLI processes that was seen on the way. */
  async function askUntil(end: number): Promise<number> {
    let largestMb = 0;
    for (; turns < end; turns += 1) {
      await askOnce(harness, client, prompts[turns % prompts.length]);
      if (turns % lookEvery === 0) largestMb = Math.max(largestMb, largestOf(harness));
    }
    return largestMb;
  }

  async function look(cliMb: number): Promise<Look> {
    await harness.quiet();
    // The first collection leaves what only a second one finds unused.
    await sampleOf(harness.child);
    const { rssMb, heapMb } = await sampleOf(harness.child);
    return { turns, rssMb, heapMb, cliMb };
  }

  progress(`${first} turns`);
  const before = await look(await askUntil(first));
  progress(`${all} turns`);
  await askUntil(all - first);
  // A stretch of the same length, so that as many looks are compared.
  const after = await look(await askUntil(all));

  return {
    rows: [before, after].map(toRow),
    targets: [
      atMost(`RSS of the harness, to that after ${first} turns`, after.rssMb, maxGrowth * before.rssMb, 'MB'),
      ...(harness.reuses
        ? [
            atMost(
              `largest CLI process, to that of the first ${first} turns`,
              after.cliMb,
              maxGrowth * before.cliMb,
              'MB',
            ),
          ]
        : []),
    ],
    ...(!harness.reuses && { notes: [singleUseNote] }),
  };
};

interface Look {
  turns: number;
  rssMb: number;
  heapMb: number;
  /** The largest of the stretch. */
  cliMb: number;
}

function largestOf(harness: Harness): number {
  return Math.max(0, ...harness.cliProcesses().map((pid) => sumOf([pid], residentMb)));
}

function toRow({ turns, rssMb, heapMb, cliMb }: Look): Row {
  return {
    'after turns': turns,
    'RSS MB': round(rssMb),
    'heap MB': round(heapMb),
    'largest CLI process MB': round(cliMb),
  };
}
