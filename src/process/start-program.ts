import { spawn, type ChildProcess } from 'node:child_process';
import { PassThrough, Readable, type Writable } from 'node:stream';

export interface ProgramOptions {
  path: string;
  args: string[];
  env: Record<string, string>;
  cwd: string;
}

/** How a process ended: its exit code, the signal's name, or the reason why it could not be started. */
export type ProgramExit =
  | { kind: 'exited'; code: number }
  | { kind: 'killed'; signal: string }
  | { kind: 'not_started'; error: Error & { code?: string } };

export interface Program {
  readonly pid: number | undefined;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Never rejects. */
  readonly exited: Promise<ProgramExit>;
}

/**
 * Starts a program with pipes, and never throws: one that could not be started has no output, and `exited` says why.
 * Where descriptors or memory are used up, Node gives a child without streams, or throws, instead of an event.
 */
export function startProgram({ path, args, env, cwd }: ProgramOptions): Program {
  let child: ChildProcess;
  try {
    // Its own process group, so that a signal reaches what it has started, and Ctrl-C does not reach it.
    child = spawn(path, args, { cwd, env, detached: true, stdio: 'pipe' });
  } catch (error) {
    return { pid: undefined, ...noStreams(), exited: Promise.resolve({ kind: 'not_started', error: error as Error }) };
  }
  const { pid, stdin, stdout, stderr } = child as Partial<ChildProcess>;
  const exited = exitOf(child);
  if (!stdin || !stdout || !stderr) return { pid, ...noStreams(), exited };
  return { pid, stdin, stdout, stderr, exited };
}

function noStreams(): Pick<Program, 'stdin' | 'stdout' | 'stderr'> {
  return { stdin: new PassThrough().destroy(), stdout: Readable.from([]), stderr: Readable.from([]) };
}

async function exitOf(child: ChildProcess): Promise<ProgramExit> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      resolve({ kind: 'not_started', error });
    });
    child.once('exit', (code, signal) => {
      resolve(code === null ? { kind: 'killed', signal: signal ?? 'unknown' } : { kind: 'exited', code });
    });
  });
}
