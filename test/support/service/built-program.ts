import { join } from 'node:path';
import { root } from '../root.ts';

export const main = join(root, 'dist/main.js');

export interface BuiltProgramOptions {
  home: string;
  /** For its temporary files; the home by default. */
  tmp?: string | undefined;
  /** For Node itself, before the program. */
  nodeArgs?: string[] | undefined;
  variables?: Record<string, string>;
}

/** How the built program is started: with nothing of this program's environment but where programs are, and what its units set for it. */
export function builtProgram(
  args: readonly string[],
  { home, tmp = home, nodeArgs = [], variables = {} }: BuiltProgramOptions,
): { file: string; args: string[]; env: Record<string, string> } {
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, TMPDIR: tmp, MALLOC_ARENA_MAX: '1', ...variables };
  return { file: process.execPath, args: [...nodeArgs, main, ...args], env };
}
