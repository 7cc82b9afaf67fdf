// Writes dist/build-info.json, with the commit that was built and its date; `-dirty` where the checkout has changes of its
// own. Who builds elsewhere than in a checkout may say them: BUILD_COMMIT and BUILD_DATE. Else there is no such file.
import { spawnSync } from 'node:child_process';
import { realpathSync, rmSync, writeFileSync } from 'node:fs';
import { root } from './run.mjs';

const file = `${root}/dist/build-info.json`;
const info = buildInfo();
if (info === undefined) rmSync(file, { force: true });
else writeFileSync(file, `${JSON.stringify(info)}\n`);

function buildInfo() {
  const { BUILD_COMMIT: given, BUILD_DATE: dateGiven } = process.env;
  if (given && dateGiven) return { commit: given, date: dateGiven };
  const top = git('rev-parse', '--show-toplevel');
  // A folder without history of its own may lie within a checkout of something else.
  if (top === undefined || realpathSync(top) !== realpathSync(root)) return undefined;
  const [commit, date] = git('log', '-1', '--format=%h %cs', '--abbrev=7')?.split(' ') ?? [];
  if (commit === undefined || date === undefined) return undefined;
  const changes = git('status', '--porcelain', '--untracked-files=no');
  return { commit: changes === '' ? commit : `${commit}-dirty`, date };
}

function git(...args) {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
