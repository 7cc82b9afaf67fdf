/** How long is it from a message to an agent's first word, and what do many sessions and many watchers cost? */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentCli } from './support/agent-cli.ts';
import { AgentSession } from './support/agent-sessions.ts';
import { atMost, type Bench, type Row } from './support/bench.ts';
import { startHarness } from './support/harness.ts';
import { HttpClient } from './support/http-client.ts';
import { model, openLab } from './support/lab.ts';
import { median, p95, p99, round } from './support/statistics.ts';

const watchers = 100;
const atOnce = 20;
const idleSessions = 200;
/** Longer than a process takes to start, so that what is measured shares the machine with no start. */
const settleMs = 2000;
const idleAfterMs = 5000;

export const agents: Bench = async ({ quick, cleanup, progress }) => {
  const lab = await openLab(cleanup);
  const folder = join(lab.tmp, '../agent-work');
  mkdirSync(folder);
  const written = {
    model,
    workspaces: [{ path: folder, mode: 'rw' as const }],
    tools: ['bash' as const, 'read' as const],
    permissions: { default: 'always_allow' as const },
    sandbox: 'off' as const,
  };
  const harness = await startHarness(lab, {
    sections: { agents: { idle_after: `${idleAfterMs}ms`, max_live: 4, work: written } },
  });
  const client = new HttpClient(cleanup);
  const session = (): Promise<AgentSession> => AgentSession.create(harness.url, 'work', client, cleanup);
  const rounds = quick ? 3 : 15;
  const samples = {
    bareFirst: [] as number[],
    bareSecond: [] as number[],
    first: [] as number[],
    second: [] as number[],
  };

  for (let n = 0; n < rounds; n += 1) {
    progress(`turns, round ${n + 1}`);
    const cli = await AgentCli.start(lab, folder);
    samples.bareFirst.push(await cli.timeTurn('Say 20 words'));
    samples.bareSecond.push(await cli.timeTurn('Say 20 words'));
    const own = await session();
    await sleep(settleMs);
    samples.first.push(await own.timeTurn('Say 20 words'));
    await sleep(settleMs);
    samples.second.push(await own.timeTurn('Say 20 words'));
  }

  progress(`${watchers} watchers`);
  const delays = await watched(await session(), quick ? 2 : 10);

  progress(`${atOnce} sessions with a command each, at once`);
  const startedAt = performance.now();
  const ends = await Promise.all(
    Array.from({ length: atOnce }, async () => {
      await (await session()).timeTurn('Run a command');
      return performance.now() - startedAt;
    }),
  );

  progress('sessions that wait for nothing');
  const idle = quick ? 10 : idleSessions;
  for (let n = 0; n < idle; n += 1) await session();
  await sleep(idleAfterMs + settleMs);
  const processes = harness.cliProcesses().length;

  const ofFirst = round(median(samples.first) / median(samples.bareFirst));
  const overSecond = round(median(samples.second) - median(samples.bareSecond));
  return {
    rows: [
      row('first turn of a CLI that waits, without the harness, median', rounds, median(samples.bareFirst)),
      row('first turn of a new session, median', rounds, median(samples.first)),
      row('second turn, without the harness, median', rounds, median(samples.bareSecond)),
      row('second turn of a session, median', rounds, median(samples.second)),
      row('sessions with a command each at once, four at a time, p95', atOnce, p95(ends)),
      row('from the first watcher of an event to the last, p99', watchers, p99(delays)),
      row('CLI processes beside idle sessions', idle, processes, 'processes'),
    ],
    targets: [
      atMost('first turn of a new session', ofFirst, 1.2, 'times that of the CLI'),
      atMost('second turn over the CLI', overSecond, 60, 'ms'),
      atMost(`event to ${watchers} watchers, p99`, round(p99(delays)), 20, 'ms'),
      atMost('CLI processes beside idle sessions', processes, 2, 'processes'),
    ],
    notes: ['The first turn begins 2 s after its session, when a process waits for it.'],
  };
};

const row = (measurement: string, n: number, value: number, unit = 'ms'): Row => ({
  measurement,
  n,
  value: round(value),
  unit,
});

/** Milliseconds from when the first watcher sees an event until the last one does. */
async function watched(session: AgentSession, turns: number): Promise<number[]> {
  const seen = new Map<string, number[]>();
  await Promise.all(
    Array.from({ length: watchers }, () =>
      session.watch((line) => {
        if (!line.startsWith('id: ')) return;
        const times = seen.get(line) ?? [];
        times.push(performance.now());
        seen.set(line, times);
      }),
    ),
  );
  for (let n = 0; n < turns; n += 1) await session.timeTurn('Say 5 words');
  return [...seen.values()]
    .filter(({ length }) => length === watchers)
    .map((times) => Math.max(...times) - Math.min(...times));
}
