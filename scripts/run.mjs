import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The folder of the package. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs a command to its end, in the package's folder by default; ends this program with it when it fails. */
export function run(command, args, { cwd = root, env = {} } = {}) {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit', env: { ...process.env, ...env } });
  if (status !== 0) process.exit(status ?? 1);
}

/** Says what a script does next that takes its time; on standard error, since results go to standard output. */
export function announce(step) {
  console.error(`- ${step}`);
}
