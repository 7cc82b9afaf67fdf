/** Time and cost of an answer, for all contestants in the same minutes. */
import type { Row } from '../support/bench.ts';
import type { Timing } from '../support/http-client.ts';
import { runPaced } from '../support/paced.ts';
import { median, p95, round } from '../support/statistics.ts';
import type { Contestant } from './contestants.ts';

const atOnce = 8;
const sampleMemoryEveryMs = 100;

export interface MeasureOptions {
  quick: boolean;
  progress: (text: string) => void;
}

interface Samples {
  contestant: Contestant;
  paced: Timing[];
  backToBack: Timing[];
  volley: Timing[];
  cost?: Cost;
}

/** Of one request after the other; memory is that of all processes together, what they share counted for each. */
interface Cost {
  cpuMs: number;
  restMb: number;
  peakMb: number;
}

export async function measureAll(contestants: readonly Contestant[], options: MeasureOptions): Promise<Row[]> {
  const { quick, progress } = options;
  const all = contestants.map((contestant): Samples => ({ contestant, paced: [], backToBack: [], volley: [] }));
  const quiet = async (): Promise<void> => {
    for (const contestant of contestants) await contestant.quiet();
  };

  progress('paced, one after the other');
  const steps = all.map(({ contestant, paced }) => ({ run: contestant.ask, samples: paced }));
  await runPaced(steps, { rounds: quick ? 3 : 30, everyMs: 1500, quiet });

  for (const samples of all) {
    const { contestant } = samples;
    progress(`${contestant.name}: back to back`);
    await quiet();
    for (let n = quick ? 3 : 20; n > 0; n -= 1) samples.backToBack.push(await contestant.ask());
    const cost = await measureCost(contestant, quick ? 3 : 10);
    if (cost !== undefined) samples.cost = cost;
  }

  for (let n = quick ? 1 : 5; n > 0; n -= 1) {
    for (const { contestant, volley } of all) {
      if (!contestant.isConcurrent) continue;
      progress(`${contestant.name}: ${atOnce} at once`);
      await quiet();
      volley.push(...(await Promise.all(Array.from({ length: atOnce }, contestant.ask))));
    }
  }
  return all.map(toRow);
}

/** From rest to rest, so that a process that is started for the next request counts. */
async function measureCost(contestant: Contestant, requests: number): Promise<Cost | undefined> {
  const { cpuMs, residentMb } = contestant;
  if (cpuMs === undefined || residentMb === undefined) return undefined;
  await contestant.quiet();
  const restMb = residentMb();
  let peakMb = restMb;
  const before = cpuMs();
  const timer = setInterval(() => (peakMb = Math.max(peakMb, residentMb())), sampleMemoryEveryMs);
  for (let n = requests; n > 0; n -= 1) {
    await contestant.ask();
    await contestant.quiet();
  }
  clearInterval(timer);
  return { cpuMs: (cpuMs() - before) / requests, restMb, peakMb };
}

function toRow({ contestant, paced, backToBack, volley, cost }: Samples): Row {
  return {
    'one request': contestant.name,
    n: paced.length,
    'first token, paced: median ms': medianOf(paced, 'firstMs'),
    'p95 ms': p95Of(paced),
    'whole answer, median ms': medianOf(paced, 'totalMs'),
    'back to back, median ms': medianOf(backToBack, 'firstMs'),
    [`${atOnce} at once, median ms`]: medianOf(volley, 'firstMs'),
    [`${atOnce} at once, p95 ms`]: p95Of(volley),
    'CPU ms a request': cost === undefined ? '' : Math.round(cost.cpuMs),
    'MB at rest': cost === undefined ? '' : Math.round(cost.restMb),
    'MB at most': cost === undefined ? '' : Math.round(cost.peakMb),
  };
}

function medianOf(samples: readonly Timing[], key: keyof Timing): number | string {
  return samples.length === 0 ? '' : round(median(samples.map((sample) => sample[key])));
}

function p95Of(samples: readonly Timing[]): number | string {
  return samples.length === 0 ? '' : round(p95(samples.map(({ firstMs }) => firstMs)));
}
