/**
 * Does a client whose system prompt comes again and again keep its process beside clients whose prompts are new each time, and
 * how long do those wait?
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { askOnce } from './support/ask-once.ts';
import { atMost, singleUseNote, type Bench, type Row } from './support/bench.ts';
import { startHarness } from './support/harness.ts';
import { HttpClient } from './support/http-client.ts';
import { openLab } from './support/lab.ts';
import { timeOneShot } from './support/one-shot-cli.ts';
import { promptOfStranger, shortPrompt } from './support/prompt.ts';
import { median, p95, round } from './support/statistics.ts';

const regularEveryMs = 200;
/** Each stranger takes the process that waits for it, and the next one is started: a load of about half a processor. */
const strangerEveryMs = 1500;
/** How much later the first token may come for chance alone. */
const noise = 1.5;

export const mix: Bench = async ({ quick, cleanup, progress }) => {
  const strangers = quick ? 3 : 30;
  const lab = await openLab(cleanup);
  const harness = await startHarness(lab);
  const client = new HttpClient(cleanup);
  let seen = 0;

  const askAsRegular = async (): Promise<number> => (await askOnce(harness, client)).firstMs;
  const askAsStranger = async (): Promise<number> => {
    seen += 1;
    return (await askOnce(harness, client, promptOfStranger(seen))).firstMs;
  };

  /** The regular client beside one that asks otherwise, for as long as that takes. */
  async function beside(other: () => Promise<number>): Promise<Beside> {
    await harness.quiet();
    const others: number[] = [];
    const regular: number[] = [];
    const end = performance.now() + strangers * strangerEveryMs;
    await Promise.all([
      every(strangerEveryMs, end, async () => others.push(await other())),
      every(regularEveryMs, end, async () => regular.push(await askAsRegular())),
    ]);
    return { regular, others };
  }

  // The prompt is known by then, and has its process.
  for (let n = 0; n < 5; n += 1) await askAsRegular();
  progress('alone');
  const alone = await beside(() => Promise.resolve(0));
  // The same load on the machine, and how long the start of a process takes under it.
  progress('beside claude -p');
  const besideStarts = await beside(async () => (await timeOneShot(lab, shortPrompt)).firstMs);
  progress('beside strangers');
  const besideStrangers = await beside(askAsStranger);

  const start = Math.max(...besideStarts.others);
  return {
    rows: [
      toRow('repeated prompt, alone', alone.regular),
      toRow('repeated prompt, beside claude -p', besideStarts.regular),
      toRow('repeated prompt, beside new prompts', besideStrangers.regular),
      toRow('claude -p', besideStarts.others),
      toRow('new prompts', besideStrangers.others),
    ],
    targets: [
      ...(harness.reuses
        ? [
            atMost(
              'repeated prompt beside new ones to beside claude -p, medians',
              median(besideStrangers.regular),
              noise * median(besideStarts.regular),
              'ms',
            ),
          ]
        : []),
      atMost(
        'the longest wait with a new prompt, to that of claude -p',
        Math.max(...besideStrangers.others),
        start,
        'ms',
      ),
    ],
    ...(!harness.reuses && { notes: [singleUseNote] }),
  };
};

interface Beside {
  regular: number[];
  others: number[];
}

/** Until `end`; an act that takes longer delays the next. */
async function every(ms: number, end: number, act: () => Promise<unknown>): Promise<void> {
  for (let dueAt = performance.now(); dueAt < end; dueAt += ms) {
    await sleep(Math.max(0, dueAt - performance.now()));
    await act();
  }
}

function toRow(path: string, samples: readonly number[]): Row {
  return {
    path,
    n: samples.length,
    'median ms': round(median(samples)),
    'p95 ms': round(p95(samples)),
    'longest ms': round(Math.max(...samples)),
  };
}
