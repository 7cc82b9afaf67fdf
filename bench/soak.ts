/**
 * `npm run soak [-- --minutes N --seed N --clients N]`: many clients, all dialects, and all that goes wrong, against the
 * built harness and the real CLI; then a look at what was answered wrongly and what was left behind. Exit code 1 where
 * there is any. Needs Linux, for its `/proc`.
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cleanup } from '../test/support/cleanup.ts';
import { endOnSignal } from './support/end-on-signal.ts';
import { openLab } from './support/lab.ts';
import { root } from '../test/support/root.ts';
import { disturb } from './soak/disturb.ts';
import { judgeAnswers, judgeDelay, judgeMemory, surplus, type Findings, type Rest } from './soak/findings.ts';
import { Ledger } from './soak/ledger.ts';
import { Random } from './soak/random.ts';
import { sampleOf, startIdler, type Sample } from './support/sampled.ts';
import { Subject } from './soak/subject.ts';
import { runCalm, runTraffic } from './soak/traffic.ts';
import { startUpstream } from './soak/upstream.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    clients: { type: 'string', default: '4' },
  },
});
const totalMs = Number(values.minutes) * 60_000;
const seed = Number(values.seed);
const clients = Number(values.clients);
if (!(totalMs > 0) || !Number.isInteger(seed) || !(clients >= 1)) {
  console.error('Expected --minutes above 0, --seed a whole number, --clients at least 1.');
  process.exit(2);
}

/** How long what is no longer needed may take to go; the harness keeps a client's idle connection for 75 s. */
const settleMs = 90_000;
/** A look collects all garbage, which is not to be what the harness is busy with. */
const sampleEveryMs = 5000;

const cleanup = new Cleanup();
const stopListening = endOnSignal(cleanup);
execFileSync(process.execPath, ['scripts/build-if-needed.mjs'], { cwd: root, stdio: 'inherit' });
try {
  const found = await soak();
  console.log('');
  for (const [name, value] of Object.entries(found.figures)) console.log(`  ${name}: ${value}`);
  console.log(found.wrong.length === 0 ? '\n  all is well' : `\n  ${found.wrong.length} wrong:`);
  for (const what of found.wrong) console.log(`  - ${what}`);
  process.exitCode = found.wrong.length === 0 ? 0 : 1;
} finally {
  stopListening();
  await cleanup.run();
}

async function soak(): Promise<Findings> {
  console.log(`soak: ${values.minutes} minutes, --seed ${seed}, ${clients} clients`);
  const upstream = await startUpstream(new Random(seed), cleanup);
  const lab = await openLab(cleanup, upstream.url);
  const subject = new Subject(lab, new Random(seed + 1000));
  const ledger = new Ledger(upstream.hit);
  const disturbed = { random: new Random(seed + 2000), ledger, subject, upstream };

  // First with restarts, then one start for the rest, so that what it gathers shows.
  await subject.start();
  await phase(totalMs / 4, () => true);
  await subject.restartSteady();
  await runCalm(subject.door(0), seed, ledger);
  const before = await restOf(subject);
  const idler = startIdler(cleanup);
  const samples: (Sample & { turns: number })[] = [];
  const sampling = setInterval(() => void takeSample(), sampleEveryMs);
  await phase((totalMs * 3) / 4, () => false);
  clearInterval(sampling);
  const [last, idle] = await Promise.all([subject.sample(), sampleOf(idler)]);
  const left = await whatIsLeft(subject, before);
  await subject.stop();
  const leftAfterwards = await whatIsLeftOfAll(subject);

  const judged = [judgeAnswers(ledger), judgeMemory(samples), judgeDelay(last, idle)];
  const badExits = subject.badExits.map((exit) => `the harness ended with ${exit}`);
  return {
    figures: Object.assign(
      { restarts: subject.restarts, 'last pool': JSON.stringify(subject.pool) },
      ...judged.map(({ figures }) => figures),
    ) as Findings['figures'],
    wrong: [...judged.flatMap(({ wrong }) => wrong), ...left, ...leftAfterwards, ...badExits],
  };

  async function phase(ms: number, mayRestart: () => boolean): Promise<void> {
    const time = AbortSignal.timeout(ms);
    const traffic = {
      seed: seed + subject.restarts * 100,
      clients,
      door: (client: number) => subject.door(client),
      ledger,
    };
    await Promise.all([runTraffic(traffic, time), disturb(disturbed, mayRestart, time)]);
    upstream.weather = 'fair';
  }

  async function takeSample(): Promise<void> {
    const [sample, turns] = await Promise.all([subject.sample(), subject.turns()]);
    samples.push({ ...sample, turns });
  }
}

async function restOf(subject: Subject): Promise<Rest> {
  await subject.quiet();
  // A process that has ended takes a moment to be closed.
  await sleep(1000);
  const { resources } = await subject.sample();
  return {
    ...resources,
    descriptor: subject.descriptors(),
    'CLI process': subject.cliProcesses().length,
    'temporary file or folder': subject.temporaryFiles().length,
  };
}

/** Waits until the harness holds no more than it did at first; tells what it still holds when it has had its time. */
async function whatIsLeft(subject: Subject, before: Rest): Promise<string[]> {
  const deadline = performance.now() + settleMs;
  for (;;) {
    const after = await restOf(subject);
    const left = surplus(before, after);
    if (left.length === 0 || performance.now() > deadline) return left.map((what) => `left at rest: ${what}`);
  }
}

/** The same when the harness is gone. */
async function whatIsLeftOfAll(subject: Subject): Promise<string[]> {
  const look = (): string[] => [
    ...subject.cliProcesses().map((pid) => `process ${pid}`),
    ...subject.temporaryFiles().map((file) => `temporary file ${file}`),
  ];
  const deadline = performance.now() + settleMs;
  while (look().length > 0 && performance.now() < deadline) await sleep(200);
  return look().map((what) => `left after the end: ${what}`);
}
