/** What does a request cost in processor time, the harness and its CLI processes together? */
import { atMost, singleUseNote, type Bench, type Row } from './support/bench.ts';
import { askOnce } from './support/ask-once.ts';
import { startHarness, type HarnessOptions } from './support/harness.ts';
import { HttpClient } from './support/http-client.ts';
import { openLab } from './support/lab.ts';
import { timeOneShot } from './support/one-shot-cli.ts';
import { childCpuMs, cpuMsWithChildren } from './support/proc.ts';
import { shortPrompt } from './support/prompt.ts';
import { round } from './support/statistics.ts';

/** Until the prompt has its process, and one for other prompts waits beside it. */
const firstRequests = 5;

export const cost: Bench = async ({ quick, cleanup, progress }) => {
  const lab = await openLab(cleanup);
  const client = new HttpClient(cleanup);

  /** From rest to rest, so that the start of a process for a later request counts. */
  async function costOfHarness(requests: number, options: HarnessOptions): Promise<Cost & { reuses: boolean }> {
    const harness = await startHarness(await openLab(cleanup, lab.standInUrl), options);
    for (let n = 0; n < firstRequests; n += 1) await askOnce(harness, client);
    await harness.quiet();
    const before = cpuMsWithChildren(harness.pid);
    for (let n = 0; n < requests; n += 1) await askOnce(harness, client);
    await harness.quiet();
    const cpuMs = (cpuMsWithChildren(harness.pid) - before) / requests;
    await harness.stop();
    return { requests, cpuMs, reuses: harness.reuses };
  }

  async function costOfOneShot(requests: number): Promise<Cost> {
    const before = childCpuMs();
    for (let n = 0; n < requests; n += 1) await timeOneShot(lab, shortPrompt);
    return { requests, cpuMs: (childCpuMs() - before) / requests };
  }

  progress('claude -p');
  const oneShot = await costOfOneShot(quick ? 3 : 20);
  progress('single-use processes');
  const singleUse = await costOfHarness(quick ? 3 : 20, { sections: { pool: { reuse: false } } });
  progress('harness');
  // The lives of two processes (`pool.max_turns`), so that their starts and first turns, which cost more, are in it.
  const served = await costOfHarness(quick ? 20 : 1000, {});

  return {
    rows: [toRow('claude -p per request', oneShot), toRow('single-use processes', singleUse), toRow('harness', served)],
    targets: served.reuses ? [atMost('CPU to that of claude -p', served.cpuMs, 0.1 * oneShot.cpuMs, 'ms')] : [],
    ...(!served.reuses && { notes: [singleUseNote] }),
  };
};

interface Cost {
  requests: number;
  cpuMs: number;
}

function toRow(path: string, { requests, cpuMs }: Cost): Row {
  return { path, n: requests, 'CPU ms a request': round(cpuMs) };
}
