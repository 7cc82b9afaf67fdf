import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../support/service/built-program.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shell-test-'));
  const command = join(folder, 'claude-harness');
  writeFileSync(command, `#!/bin/sh\nexec ${process.execPath} ${main} "$@"\n`);
  chmodSync(command, 0o755);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function run(command: string, ...args: string[]): string {
  const env = { HOME: folder, PATH: `${folder}:${process.env['PATH'] ?? ''}` };
  return execFileSync(command, args, { env, encoding: 'utf8', stdio: 'pipe' });
}

/** What bash offers for a word, as its package of completions splits the line. */
function offered(...words: string[]): string[] {
  const script = `
    _get_comp_words_by_ref() { words=("\${COMP_WORDS[@]}"); cword=$COMP_CWORD; cur=\${COMP_WORDS[COMP_CWORD]}; }
    compopt() { :; }
    source <(claude-harness completion bash)
    COMP_WORDS=(claude-harness "$@"); COMP_CWORD=$#
    $(complete -p claude-harness | sed -E 's/.*-F ([^ ]+).*/\\1/')
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  return run('bash', '-c', script, 'bash', ...words)
    .trim()
    .split('\n');
}

describe('completion', () => {
  test.each([
    ['a command', ['us'], ['usage']],
    ['a command of a command', ['config', 'ch'], ['check']],
    ['an option', ['usage', '--js'], ['--json']],
    ['a value of an option', ['usage', '--by', 'cl'], ['client']],
  ])('offers %s in bash', (_, words, expected) => {
    expect(offered(...words)).toEqual(expected);
  });

  test.each(['zsh', 'fish'])('is made for %s', (shell) => {
    expect(run('claude-harness', 'completion', shell)).toMatch(/claude-harness complete --/);
  });

  test('of another shell is refused', () => {
    expect(() => run('claude-harness', 'completion', 'tcsh')).toThrow(/zsh, bash, fish, powershell/);
  });
});

test('the manual page has every command and option, and nothing in it is taken for a request', () => {
  const page = run('claude-harness', 'man');
  for (const part of ['.SS claude\\-harness config check', '.B \\-\\-by <what>', '.SS claude\\-harness sessions ls']) {
    expect(page).toContain(part);
  }
  const requests = new Set(page.split('\n').flatMap((line) => /^[.'](\S*)/.exec(line)?.[1] ?? []));
  expect([...requests].sort()).toEqual(['B', 'BR', 'RI', 'SH', 'SS', 'TH', 'TP']);
});
