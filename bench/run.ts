/**
 * `npm run bench [name...] [-- --quick --json FILE]`: runs the benches against the built harness and the real CLI, with
 * a stand-in for the API, all on loopback. Needs Linux, for its `/proc`.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { cliUnderTest } from '../test/support/cli-under-test.ts';
import { firstToken } from './first-token.ts';
import { idle } from './idle.ts';
import { load } from './load.ts';
import { stream } from './stream.ts';
import type { Bench, BenchResult } from './support/bench.ts';
import { Cleanup } from './support/cleanup.ts';
import { printResult } from './support/print-table.ts';
import { root } from './support/root.ts';

const benches = new Map<string, Bench>([
  ['first-token', firstToken],
  ['stream', stream],
  ['idle', idle],
  ['load', load],
]);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, json: { type: 'string' } },
});
const unknown = positionals.find((name) => !benches.has(name));
if (unknown !== undefined) {
  console.error(`There is no bench ${unknown}; there are ${[...benches.keys()].join(', ')}.`);
  process.exit(2);
}

execFileSync(process.execPath, ['scripts/build-if-needed.mjs'], { cwd: root, stdio: 'inherit' });

const startedAt = new Date().toISOString();
const loadBefore = loadavg();
const results: Record<string, BenchResult> = {};
for (const [name, bench] of benches) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  results[name] = await runBench(name, bench);
  printResult(name, results[name]);
}
writeResults(values.json ?? join(root, 'bench/results', `${startedAt.replaceAll(':', '-')}.json`));

/** Runs one bench, and ends what it has started in any case. */
async function runBench(name: string, bench: Bench): Promise<BenchResult> {
  const cleanup = new Cleanup();
  const onSignal = (signal: NodeJS.Signals): void => {
    console.error(`${signal}: ending what was started`);
    void cleanup.run().finally(() => process.exit(1));
  };
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    return await bench({
      quick: values.quick,
      cleanup,
      progress: (text) => {
        console.error(`${name}: ${text}`);
      },
    });
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await cleanup.run();
  }
}

function writeResults(file: string): void {
  const machine = { cpus: cpus().length, cpu: cpus()[0]?.model, loadBefore, loadAfter: loadavg() };
  const cli = execFileSync(cliUnderTest, ['--version'], { encoding: 'utf8' }).trim();
  const report = { startedAt, quick: values.quick, node: process.version, cli, machine, benches: results };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`\n  ${file}`);
}
