import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../support/root.ts';

const steps = join(root, 'deploy/lib/steps.sh');

/** What a script prints that has the steps of `manage.sh`. */
function run(script: string): string {
  return execFileSync('bash', ['-euo', 'pipefail', '-c', `. ${steps}\n${script}`], { encoding: 'utf8' });
}

/** The same on a terminal, which ends lines in its own way. */
function runOnTerminal(script: string): string {
  const command = `bash -euo pipefail -c '. ${steps}\n${script}'`;
  return execFileSync('script', ['--quiet', '--return', '--command', command, '/dev/null'], { encoding: 'utf8' });
}

/** A step that takes so many seconds by bash's own clock. */
const pass = (seconds: number): string => `eval 'SECONDS=$((SECONDS + ${seconds})); echo made'`;

describe('a step', () => {
  test('that takes two seconds or more says how long it took, in lines of its own', () => {
    expect(run(`step 'build it' ${pass(12)}`)).toBe('- build it\nmade\n  took 12 s\n');
  });

  test('that takes less says nothing more', () => {
    expect(run(`step 'copy it' ${pass(1)}`)).toBe('- copy it\nmade\n');
  });

  test('is only shown in a dry run', () => {
    expect(run(`dry_run=true; step 'build it' ${pass(12)}`)).toBe('- build it\n');
  });

  test('that fails ends the script', () => {
    expect(() => run(`step 'build it' false; echo went on`)).toThrow(/Command failed/);
  });

  test('counts the seconds on a terminal, and clears that line in the end', () => {
    const shown = runOnTerminal('step "build it" sleep 3.5');
    expect(shown).toContain('\r  2 s\r');
    expect(shown).toContain('\r\u001B[K  took ');
  });
});
