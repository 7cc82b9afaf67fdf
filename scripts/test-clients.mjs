// Runs the tests of the programs that users put in front of the harness. They are a package of their own, with its own
// lock file, so that nobody has to download them who does not run these tests.
import { join } from 'node:path';
import { root, run } from './run.mjs';

const folder = join(root, 'test/clients');
const args = process.argv.slice(2);

// Not `npm ci`, which insists on the packages of all other platforms, whether the registry has them or not. The programs
// bring what they need; what is optional is for other platforms, or copies of the CLI.
run('npm', ['install', '--no-save', '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund'], { cwd: folder });
run('npx', ['vitest', 'run', '--project', 'clients', ...args]);
