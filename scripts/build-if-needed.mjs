// Builds when there is no build, or when a source file is younger than it. Without sources (an installed package)
// there is nothing to do.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
// The compiler touches this file at every build that changed anything.
const built = statSync(`${root}/dist/.tsbuildinfo`, { throwIfNoEntry: false })?.mtimeMs ?? 0;

if (existsSync(`${root}/src`) && newestSource() > built) {
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

function newestSource() {
  const files = readdirSync(`${root}/src`, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const times = files.map((file) => statSync(`${file.parentPath}/${file.name}`).mtimeMs);
  return Math.max(...times, statSync(`${root}/package.json`).mtimeMs);
}
