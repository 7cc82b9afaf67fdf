/** What the soak found: figures for the reader, and what of them is wrong. */
import type { Ledger } from './ledger.ts';
import type { Sample } from '../support/sampled.ts';
import { fitLine, type Point } from './slope.ts';

/**
 * A program grows while it warms up, whatever it holds afterwards, since V8 compiles what runs often: its heap by 2 MB in the
 * first 500 turns, by 0.5 MB in the 800 after.
 */
export const warmUpTurns = 500;
/** Fewer say nothing of what a thousand cost: V8 gives back and takes megabytes as it likes. */
const leastTurns = 2000;
const leastSamples = 10;
const maxSlopeMb = 1;
const maxBusyP99Ms = 50;

/** What is held when nothing is asked: counts by kind. */
export type Rest = Record<string, number>;

export interface Findings {
  figures: Record<string, string | number>;
  wrong: string[];
}

/**
 * `samples` are of the last start of the harness, with its turns so far. A slope counts as wrong only where chance does not
 * explain it: that of a short soak is mostly chance.
 */
export function judgeMemory(samples: readonly (Sample & { turns: number })[]): Findings {
  const warm = samples.filter(({ turns }) => turns >= warmUpTurns);
  const turns = (warm.at(-1)?.turns ?? 0) - (warm[0]?.turns ?? 0);
  if (turns < leastTurns || warm.length < leastSamples) {
    const text = `too short to judge: ${turns} turns after the first ${warmUpTurns}, at least ${leastTurns} are needed`;
    return { figures: { 'RSS slope': text }, wrong: [] };
  }
  const { slope, standardError } = fitLine(warm.map(({ turns, rssMb }): Point => ({ x: turns, y: rssMb })));
  const heap = fitLine(warm.map(({ turns, heapMb }): Point => ({ x: turns, y: heapMb })));
  const perThousand = slope * 1000;
  const doubt = 2 * standardError * 1000;
  const text = `${perThousand.toFixed(2)} ± ${doubt.toFixed(2)} MB per 1,000 turns, over ${turns}`;
  return {
    figures: { 'RSS slope': `${text}; of JavaScript's heap ${(heap.slope * 1000).toFixed(2)}` },
    wrong: perThousand - doubt > maxSlopeMb ? [`memory grows: ${text}, at most ${maxSlopeMb}`] : [],
  };
}

/** What a busy machine makes late is told, and not judged: `idle` is of a process that does nothing. */
export function judgeDelay({ delayP99Ms, delayMaxMs, busyP99Ms }: Sample, idle: Sample): Findings {
  const text = `${delayP99Ms.toFixed(1)} ms, once ${delayMaxMs.toFixed(0)} ms (of a process that does nothing ${idle.delayP99Ms.toFixed(1)} ms)`;
  const own = `${busyP99Ms.toFixed(1)} ms`;
  return {
    figures: { 'event-loop delay, p99': text, 'of it the harness computing, p99': own },
    wrong: busyP99Ms > maxBusyP99Ms ? [`the event loop is late: p99 ${own} of computing, at most ${maxBusyP99Ms}`] : [],
  };
}

export function judgeAnswers(ledger: Ledger): Findings {
  const { answered, left, failed, wrong, failures, answeredBy } = ledger;
  const text = [...failures].map(([what, count]) => `${count} × ${what}`).join('; ');
  return {
    figures: {
      answered,
      'of it': [...answeredBy]
        .map(([kind, count]) => `${kind} ${count}`)
        .sort()
        .join(', '),
      'left early': left,
      'failed with a reason': `${failed}${text === '' ? '' : ` (${text})`}`,
      'wrong answers': wrong.length,
    },
    wrong,
  };
}

/** What is held beyond what was held before; empty when nothing is. */
export function surplus(before: Rest, after: Rest): string[] {
  return Object.entries(after)
    .filter(([kind, count]) => count > (before[kind] ?? 0))
    .map(([kind, count]) => `${count} × ${kind}, before ${before[kind] ?? 0}`);
}
