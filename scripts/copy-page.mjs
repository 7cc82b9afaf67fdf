// Copies what the browser gets as it stands, which is not compiled: the files of the page under /dashboard.
import { cpSync, rmSync, utimesSync } from 'node:fs';
import { root } from './run.mjs';

const folder = 'http/pages/dashboard';
rmSync(`${root}/dist/${folder}`, { recursive: true, force: true });
cpSync(`${root}/src/${folder}`, `${root}/dist/${folder}`, {
  recursive: true,
  filter: (path) => !path.endsWith('tsconfig.json'),
});

// The compiler leaves its mark of the last build as it was where only these files have changed.
const now = new Date();
utimesSync(`${root}/dist/.tsbuildinfo`, now, now);
