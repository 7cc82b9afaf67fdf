/**
 * `npm run bench:peers [-- --quick --json FILE --only times|behaviour]`: the harness beside what else there is, with the
 * same CLI and the same stand-in for the API, in the same minutes. The others are installed from the npm registry into a
 * folder that is thrown away; everything else is on loopback. Needs Linux, for its `/proc`.
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { judgeAll, type BehaviourResult } from './peers/behave.ts';
import { oneShot, preStarted, served, standInAlone } from './peers/contestants.ts';
import { behaviourTable, toTable } from './peers/markdown.ts';
import { measureAll } from './peers/measure.ts';
import { peers } from './peers/peers.ts';
import type { Candidate } from './peers/candidate.ts';
import { harnessCandidate, toCandidate } from './peers/candidates.ts';
import type { Row } from './support/bench.ts';
import { Cleanup } from '../test/support/cleanup.ts';
import { endOnSignal } from './support/end-on-signal.ts';
import { defaultResultsFile, writeReport } from './support/report.ts';
import { root } from '../test/support/root.ts';
import { startStandIn } from './support/stand-in.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'string' }, only: { type: 'string' } },
});
if (values.only !== undefined && values.only !== 'times' && values.only !== 'behaviour') {
  console.error('Expected --only times or --only behaviour.');
  process.exit(2);
}

execFileSync(process.execPath, ['scripts/build-if-needed.mjs'], { cwd: root, stdio: 'inherit' });

const cleanup = new Cleanup();
const stopListening = endOnSignal(cleanup);
const startedAt = new Date();
try {
  progress('installing the others');
  const candidates = [harnessCandidate, ...peers.map((peer) => toCandidate(peer, cleanup))];
  const times = values.only === 'behaviour' ? [] : await measure(candidates);
  if (times.length > 0) console.log(`\n${toTable(times)}`);
  const behaviour = values.only === 'times' ? undefined : await judge(candidates);
  if (behaviour !== undefined) {
    console.log(`\n${behaviourTable(behaviour)}\n\nEach row had a service of its own, freshly started.`);
  }
  writeReport(values.json ?? defaultResultsFile(startedAt, 'peers-'), startedAt, {
    quick: values.quick,
    peers: Object.fromEntries(peers.map(({ name, version }) => [name, version])),
    times,
    behaviour: Object.fromEntries(behaviour ?? []),
  });
} finally {
  stopListening();
  await cleanup.run();
}

async function measure(candidates: readonly Candidate[]): Promise<Row[]> {
  const own = new Cleanup();
  cleanup.defer(() => own.run());
  const standInUrl = await startStandIn(own);
  const contestants = [
    standInAlone(standInUrl, own),
    await oneShot(standInUrl, own),
    await preStarted(standInUrl, own),
  ];
  for (const candidate of candidates) contestants.push(await served(candidate, standInUrl, own));
  const rows = await measureAll(contestants, { quick: values.quick, progress });
  await own.run();
  return rows;
}

async function judge(candidates: readonly Candidate[]): Promise<Map<string, BehaviourResult[]>> {
  const results = new Map<string, BehaviourResult[]>();
  for (const candidate of candidates) results.set(candidate.name, await judgeAll(candidate, cleanup, progress));
  return results;
}

function progress(text: string): void {
  console.error(`peers: ${text}`);
}
