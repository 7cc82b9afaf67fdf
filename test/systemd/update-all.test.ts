import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDir } from '../process/fixture.ts';
import { root } from '../support/root.ts';

const library = join(root, 'deploy/lib/update.sh');

/**
 * Updates two instances with a script that prints what it is asked for, and fails for one of these names. `kept` are options that
 * each gets.
 */
function updateAll(fails: string, kept = ''): { status: number | null; lines: string[] } {
  const script = join(temporaryDir(), 'manage.sh');
  writeFileSync(script, `#!/usr/bin/env bash\necho "$@"\n[[ " $* " != *" --name ${fails} "* ]]\n`, { mode: 0o755 });
  const functions = `instance_names() { echo default kitchen; }; say() { echo "$@"; }; kept=(${kept})`;
  const command = `. ${library}; ${functions}; update_all ${script} "/srv/a folder"`;
  const { status, stdout } = spawnSync('bash', ['-euo', 'pipefail', '-c', command], { encoding: 'utf8' });
  return { status, lines: stdout.trimEnd().split('\n') };
}

test('each instance is updated by its name, with the options that hold for all', () => {
  expect(updateAll('none', '--dry-run --user-unit')).toEqual({
    status: 0,
    lines: [
      '== default',
      'update --dry-run --user-unit --name default /srv/a folder',
      '== kitchen',
      'update --dry-run --user-unit --name kitchen /srv/a folder',
    ],
  });
});

test.each(['default', 'kitchen'])('where that of %s fails, the other is tried, and all has failed', (fails) => {
  const { status, lines } = updateAll(fails);
  expect(status).toBe(1);
  expect(lines).toContain('update --name default /srv/a folder');
  expect(lines).toContain('update --name kitchen /srv/a folder');
});
