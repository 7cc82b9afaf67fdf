import type { ProgramOptions } from './start-program.ts';
import { findProgram } from './find-program.ts';
import { runProgram } from './run-program.ts';

const trialTimeoutMs = 5000;

/**
 * The same program, which the kernel ends with this process, in whatever way that ends: a killed one can't end what it has
 * started. Only Linux can do that, and only with util-linux; elsewhere the program stays as it is.
 */
export async function endsWithParent(program: ProgramOptions): Promise<ProgramOptions> {
  const { path, args, env } = program;
  const setpriv = findProgram('setpriv', env['PATH']);
  const option = ['--pdeathsig', 'TERM', '--'];
  if (setpriv === undefined) return program;
  const trial = { path: setpriv, args: [...option, 'true'], env };
  const { exit } = await runProgram(trial, { timeoutMs: trialTimeoutMs });
  const isAble = exit.kind === 'exited' && exit.code === 0;
  return isAble ? { ...program, path: setpriv, args: [...option, path, ...args] } : program;
}
