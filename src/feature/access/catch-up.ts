import { createBreather } from '../../util/breather.ts';
import { keptMs } from './expiry.ts';
import type { OwnSums } from './own-sums.ts';
import { sumsAtOnce, type PublishedSums } from './published-sums.ts';
import { sumPeriods, type UsageSum } from './usage-sum.ts';

export interface CatchUpOptions {
  machine: string;
  own: OwnSums;
  published: Pick<PublishedSums, 'publish' | 'counts'>;
  keepMs: number;
  now: () => number;
}

/**
 * Publishes whatever the database lacks: after a crash, an outage, a backup that was restored, and where the machine has
 * published nothing before. Sums only grow, so those of a period are all there where they have as many requests together as
 * in the state file; of any other all are published.
 */
export async function catchUp({ machine, own, published, keepMs, now }: CatchUpOptions): Promise<void> {
  const counts = await published.counts(machine);
  const known = new Map(counts.map(({ period, start, requests }) => [`${period} ${start}`, requests]));
  const breathe = createBreather();
  const lacking: UsageSum[] = [];
  for (const period of sumPeriods) {
    let from = now() - keptMs(period, keepMs);
    for (let found = own.counts(period, from); found.length > 0; found = own.counts(period, from)) {
      for (const { start, requests } of found) {
        from = start + 1;
        if ((known.get(`${period} ${start}`) ?? 0) >= requests) continue;
        lacking.push(...own.of(period, start));
        while (lacking.length >= sumsAtOnce) await published.publish(machine, lacking.splice(0, sumsAtOnce));
      }
      await breathe();
    }
  }
  await published.publish(machine, lacking);
}
