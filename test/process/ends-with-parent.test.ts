import { describe, expect, it } from 'vitest';
import { endsWithParent } from '../../src/process/ends-with-parent.ts';
import { findProgram } from '../../src/process/find-program.ts';
import { runProgram } from '../../src/process/run-program.ts';
import { env, temporaryDir } from './fixture.ts';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

describe('findProgram', () => {
  it('finds what can be executed, in the first folder that has it', () => {
    const [first, second] = [temporaryDir(), temporaryDir()];
    mkdirSync(join(first, 'tool'));
    writeFileSync(join(second, 'tool'), '');
    expect(findProgram('tool', `${first}:${second}`)).toBeUndefined();
    chmodSync(join(second, 'tool'), 0o755);
    expect(findProgram('tool', `.:${first}:${second}`)).toBe(join(second, 'tool'));
    expect(findProgram('tool')).toBeUndefined();
  });
});

describe('endsWithParent', () => {
  const program = { path: '/bin/sh', args: ['-c', 'grep -c . /proc/self/status; echo "$0"', 'said'], env };

  it('runs the same program', async () => {
    const { exit, stdout } = await runProgram(await endsWithParent(program), { timeoutMs: 5000 });
    expect(exit).toEqual({ kind: 'exited', code: 0 });
    expect(stdout).toMatch(/said$/);
  });

  it('leaves a program as it is where the system cannot do it', async () => {
    const folder = temporaryDir();
    expect(await endsWithParent({ ...program, env: { PATH: folder } })).toEqual({ ...program, env: { PATH: folder } });
    // As of busybox.
    writeFileSync(join(folder, 'setpriv'), '#!/bin/sh\nexit 1\n');
    chmodSync(join(folder, 'setpriv'), 0o755);
    expect(await endsWithParent({ ...program, env: { PATH: folder } })).toEqual({ ...program, env: { PATH: folder } });
  });
});
