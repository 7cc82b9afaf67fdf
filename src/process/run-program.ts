import type { Readable } from 'node:stream';
import { startProgram, type Program, type ProgramExit, type ProgramOptions } from './start-program.ts';
import { onAbort } from '../util/on-abort.ts';
import { signalGroup } from './terminate.ts';

/** Far more than any short command prints. */
const maxOutputChars = 1024 * 1024;

export interface ProgramRun {
  exit: ProgramExit;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/**
 * Runs a short command to its end, with nothing on its input. Never rejects. A command that takes longer than
 * `timeoutMs`, prints without end, or is not wanted any more (`signal`), is killed with all that it has started: it only
 * reads or reports, so that it need not be asked to end.
 */
export async function runProgram(options: ProgramOptions, { timeoutMs, signal }: RunOptions): Promise<ProgramRun> {
  const program = startProgram(options);
  const end = (): void => {
    kill(program);
  };
  const timer = setTimeout(end, timeoutMs);
  const stopListening = signal === undefined ? undefined : onAbort(signal, end);
  program.stdin.end();
  const [exit, stdout, stderr] = await Promise.all([
    program.exited,
    collect(program.stdout, end),
    collect(program.stderr, end),
  ]);
  clearTimeout(timer);
  stopListening?.();
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
