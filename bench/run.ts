/**
 * `npm run bench [name...] [-- --quick --json FILE]`: runs the benches against the built harness and the real CLI, with
 * a stand-in for the API, all on loopback. Needs Linux, for its `/proc`.
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { agents } from './agents.ts';
import { batches } from './batches.ts';
import { cost } from './cost.ts';
import { files } from './files.ts';
import { firstToken } from './first-token.ts';
import { idle } from './idle.ts';
import { load } from './load.ts';
import { memory } from './memory.ts';
import { mix } from './mix.ts';
import { scale } from './scale.ts';
import { stream } from './stream.ts';
import type { Bench, BenchResult } from './support/bench.ts';
import { Cleanup } from '../test/support/cleanup.ts';
import { endOnSignal } from './support/end-on-signal.ts';
import { printResult } from './support/print-table.ts';
import { defaultResultsFile, writeReport } from './support/report.ts';
import { throughput } from './throughput.ts';
import { root } from '../test/support/root.ts';
import { usage } from './usage.ts';

const benches = new Map<string, Bench>([
  ['first-token', firstToken],
  ['cost', cost],
  ['throughput', throughput],
  ['mix', mix],
  ['stream', stream],
  ['idle', idle],
  ['memory', memory],
  ['load', load],
  ['agents', agents],
  ['usage', usage],
  ['batches', batches],
  ['files', files],
  ['scale', scale],
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

const startedAt = new Date();
const results: Record<string, BenchResult> = {};
for (const [name, bench] of benches) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  results[name] = await runBench(name, bench);
  printResult(name, results[name]);
}
writeReport(values.json ?? defaultResultsFile(startedAt), startedAt, { quick: values.quick, benches: results });

/** Runs one bench, and ends what it has started in any case. */
async function runBench(name: string, bench: Bench): Promise<BenchResult> {
  const cleanup = new Cleanup();
  const stopListening = endOnSignal(cleanup);
  try {
    return await bench({
      quick: values.quick,
      cleanup,
      progress: (text) => {
        console.error(`${name}: ${text}`);
      },
    });
  } finally {
    stopListening();
    await cleanup.run();
  }
}
