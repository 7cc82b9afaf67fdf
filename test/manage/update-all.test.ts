import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDir } from '../process/fixture.ts';
import { root } from '../support/root.ts';

/** Updates two instances with a script that prints what it is asked for, and fails for one of these names. */
function updateAll(fails: string, ...options: string[]): { status: number | null; lines: string[] } {
  const script = join(temporaryDir(), 'manage.sh');
  writeFileSync(script, `#!/usr/bin/env bash\necho "$HARNESS_NAME: $@"\n[[ " $* " != *" --name ${fails} "* ]]\n`, {
    mode: 0o755,
  });
  const module = join(root, 'deploy/manage/verbs/update.js');
  const code = `import { updateAll } from '${module}';
    process.exitCode = await updateAll('${script}', ['default', 'kitchen'], ${JSON.stringify(options)});`;
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
  return { status, lines: stdout.trimEnd().split('\n') };
}

test('each instance is updated by its name, with the options that hold for all', () => {
  expect(updateAll('none', '--dry-run', '--user-unit', '/srv/a folder')).toEqual({
    status: 0,
    lines: [
      '== default',
      'default: update --name default --dry-run --user-unit /srv/a folder',
      '== kitchen',
      'kitchen: update --name kitchen --dry-run --user-unit /srv/a folder',
    ],
  });
});

test.each(['default', 'kitchen'])('where that of %s fails, the other is tried, and all has failed', (fails) => {
  const { status, lines } = updateAll(fails, '/srv/newer');
  expect(status).toBe(1);
  expect(lines).toContain('default: update --name default /srv/newer');
  expect(lines).toContain('kitchen: update --name kitchen /srv/newer');
});
