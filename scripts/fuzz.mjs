/** `npm run fuzz -- 50000`: so many random requests, other ones each time; the seed is in the first line. */
import { spawnSync } from 'node:child_process';

const runs = process.argv[2] ?? '50000';
const seed = process.env.FUZZ_SEED ?? String(Date.now() % 2 ** 31);
console.log(`FUZZ_RUNS=${runs} FUZZ_SEED=${seed}`);
const env = { ...process.env, FUZZ_RUNS: runs, FUZZ_SEED: seed };
const { status } = spawnSync('npx', ['vitest', 'run', '--project', 'unit', 'test/fuzz'], { env, stdio: 'inherit' });
process.exitCode = status ?? 1;
