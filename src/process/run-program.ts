import type { Readable } from 'node:stream';
import { startProgram, type Program, type ProgramExit, type ProgramOptions } from './start-program.ts';
import { signalGroup } from './terminate.ts';

/** Far more than any short command prints. */
const maxOutputChars = 1024 * 1024;

export interface ProgramRun {
  exit: ProgramExit;
  stdout: string;
  stderr: string;
}

/**
 * Runs a short command to its end, with nothing on its input. Never rejects. A command that takes longer than
 * `timeoutMs`, or prints without end, is killed with all that it has started: it only reads or reports, so that it need
 * not be asked to end.
 */
export async function runProgram(options: ProgramOptions, timeoutMs: number): Promise<ProgramRun> {
  const program = startProgram(options);
  const end = (): void => {
    kill(program);
  };
  const timer = setTimeout(end, timeoutMs);
  program.stdin.end();
  const [exit, stdout, stderr] = await Promise.all([
    program.exited,
    collect(program.stdout, end),
    collect(program.stderr, end),
  ]);
  clearTimeout(timer);
  return { exit, stdout, stderr };
}

function kill({ pid, stdout, stderr }: Program): void {
  signalGroup(pid, 'SIGKILL');
  // What has left the group may still hold them.
  stdout.destroy();
  stderr.destroy();
}

async function collect(source: Readable, onOverflow: () => void): Promise<string> {
  let text = '';
  source.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
    if (text.length > maxOutputChars) onOverflow();
  });
  await new Promise((resolve) => source.once('close', resolve));
  return text.trimEnd();
}
