// Builds when there is no build, or when a source file is younger than it. Without sources (an installed package)
// there is nothing to do.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { root, run } from './run.mjs';

const built = statSync(`${root}/dist/main.js`, { throwIfNoEntry: false })?.mtimeMs ?? 0;

if (existsSync(`${root}/src`)) {
  if (newestSource() > built) run('npm', ['run', '--silent', 'build']);
  // A commit may change no source.
  else run('node', ['scripts/write-build-info.mjs']);
}

function newestSource() {
  const files = readdirSync(`${root}/src`, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const times = files.map((file) => statSync(`${file.parentPath}/${file.name}`).mtimeMs);
  return Math.max(...times, statSync(`${root}/package.json`).mtimeMs);
}
