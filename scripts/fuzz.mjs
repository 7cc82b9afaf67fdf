/** `npm run fuzz -- 50000`: so many random requests, other ones each time; the seed is in the first line. */
import { run } from './run.mjs';

const runs = process.argv[2] ?? '50000';
const seed = process.env.FUZZ_SEED ?? String(Date.now() % 2 ** 31);
console.log(`FUZZ_RUNS=${runs} FUZZ_SEED=${seed}`);
run('npx', ['vitest', 'run', '--project', 'fuzz'], { env: { FUZZ_RUNS: runs, FUZZ_SEED: seed } });
