/** How long is it from a message to an agent's first word, and what do many sessions and many watchers cost? */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AgentCli } from './support/agent-cli.ts';
import { AgentSession } from './support/agent-sessions.ts';
import { atMost, type Bench } from './support/bench.ts';
import { startHarness } from './support/harness.ts';
import { HttpClient } from './support/http-client.ts';
import { model, openLab } from './support/lab.ts';
import { median, p95, p99, round } from './support/statistics.ts';

const watchers = 100;
const atOnce = 20;
const idleSessions = 200;

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
  const harness = await startHarness(lab, { sections: { agents: { idle_after: '1s', max_live: 4, work: written } } });
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
    samples.first.push(await own.timeTurn('Say 20 words'));
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

  progress(`${idleSessions} sessions that wait for nothing`);
  for (let n = 0; n < (quick ? 10 : idleSessions); n += 1) await session();
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const processes = harness.cliProcesses().length;

  const overSecond = round(median(samples.second) - median(samples.bareSecond));
  return {
    rows: [
      {
        measurement: 'first turn of a CLI that waits, without the harness',
        'ms, median': round(median(samples.bareFirst)),
      },
      { measurement: 'first turn of a new session', 'ms, median': round(median(samples.first)) },
      { measurement: 'second turn, without the harness', 'ms, median': round(median(samples.bareSecond)) },
      { measurement: 'second turn of a session', 'ms, median': round(median(samples.second)) },
      { measurement: `${atOnce} sessions with a command each, four at a time, p95`, 'ms, median': round(p95(ends)) },
      { measurement: `from the first to the last of ${watchers} watchers, p99`, 'ms, median': round(p99(delays)) },
      { measurement: `CLI processes beside ${idleSessions} idle sessions`, 'ms, median': processes },
    ],
    targets: [
      atMost('second turn over the CLI', overSecond, 60, 'ms'),
      atMost(`event to ${watchers} watchers, p99`, round(p99(delays)), 20, 'ms'),
      atMost('CLI processes beside idle sessions', processes, 2, 'processes'),
    ],
    notes: ['A new session starts a process: none waits for it yet.'],
  };
};

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
