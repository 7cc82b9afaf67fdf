/** What the soak found: figures for the reader, and what of them is wrong. */
import type { Ledger } from './ledger.ts';
import { slope, type Point } from './slope.ts';
import type { Sample } from './subject.ts';

/** A program grows while it warms up, whatever it holds afterwards. */
export const warmUpTurns = 200;
/** Over fewer turns the noise of a heap is more than the slope that is looked for. */
const leastTurns = 500;
const maxSlopeMb = 1;
const maxDelayP99Ms = 50;

/** What is held when nothing is asked: counts by kind. */
export type Rest = Record<string, number>;

export interface Findings {
  figures: Record<string, string | number>;
  wrong: string[];
}

/** `samples` are of the last start of the harness, with its turns so far. */
export function judgeMemory(samples: readonly (Sample & { turns: number })[]): Findings {
  const points = samples
    .filter(({ turns }) => turns >= warmUpTurns)
    .map(({ turns, rssMb }): Point => ({ x: turns, y: rssMb }));
  const turns = points.length < 2 ? 0 : (points.at(-1)?.x ?? 0) - (points[0]?.x ?? 0);
  if (turns < leastTurns) {
    const text = `too few turns to judge (${turns} after the first ${warmUpTurns}, of ${leastTurns})`;
    return { figures: { 'RSS slope': text }, wrong: [] };
  }
  const perThousand = slope(points) * 1000;
  const text = `${perThousand.toFixed(2)} MB per 1,000 turns, over ${turns}`;
  return {
    figures: { 'RSS slope': text },
    wrong: perThousand > maxSlopeMb ? [`memory grows: ${text}, at most ${maxSlopeMb}`] : [],
  };
}

/** `soakP99Ms` is that of the soak itself: where it is as late, the machine has too much to do to judge by. */
export function judgeDelay({ delayP99Ms, delayMaxMs }: Sample, soakP99Ms: number): Findings {
  const text = `${delayP99Ms.toFixed(1)} ms, once ${delayMaxMs.toFixed(0)} ms (of the soak itself ${soakP99Ms.toFixed(1)} ms)`;
  return {
    figures: { 'event-loop delay, p99': text },
    wrong: delayP99Ms > maxDelayP99Ms ? [`the event loop is late: p99 ${text}, at most ${maxDelayP99Ms} ms`] : [],
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
