import { PassThrough, Readable, type Writable } from 'node:stream';
import { execa, type Options } from 'execa';
import { assertFreeDescriptors } from './free-descriptors.ts';

export interface ProgramOptions {
  path: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd?: string;
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

const startOptions = {
  // Nothing of our own environment, and the program found by the PATH that it gets itself.
  extendEnv: false,
  // Its own process group, so that a signal reaches what it has started, and Ctrl-C does not reach it.
  detached: true,
  // Whoever starts a program ends it; execa would listen for our own signals to do so.
  cleanup: false,
  // Output is read as it comes; it would be kept a second time for a result that nobody asks for.
  buffer: false,
  encoding: 'buffer',
  stdin: 'pipe',
  stdout: 'pipe',
  stderr: 'pipe',
  // How a program ended is a value, not an exception.
  reject: false,
  // NODE_DEBUG=execa would print command lines otherwise.
  verbose: 'none',
} as const satisfies Options;

type Child = ReturnType<typeof start>;

function start({ path, args, env, cwd }: ProgramOptions) {
  return execa(path, args, { ...startOptions, env, ...(cwd !== undefined && { cwd }) });
}

/**
 * Starts a program with pipes, and never throws: one that could not be started has no output, and `exited` says why.
 * Its output must be read, or paused, from the start.
 */
export function startProgram(options: ProgramOptions): Program {
  let child: Child;
  try {
    assertFreeDescriptors();
    child = start(options);
  } catch (error) {
    return { pid: undefined, ...noStreams(), exited: Promise.resolve({ kind: 'not_started', error: error as Error }) };
  }
  const { pid, stdin, stdout, stderr } = child;
  const exited = exitOf(child);
  if (pid === undefined) return { pid, ...noStreams(), exited };
  // A program that ends closes the pipes under our feet; its exit says more than their errors.
  for (const stream of [stdin, stdout, stderr]) stream.on('error', () => undefined);
  return { pid, stdin, stdout, stderr, exited };
}

function noStreams(): Pick<Program, 'stdin' | 'stdout' | 'stderr'> {
  return { stdin: new PassThrough().destroy(), stdout: Readable.from([]), stderr: Readable.from([]) };
}

/** The result of execa comes only once nobody holds the pipes any more; the exit of the program is known before. */
async function exitOf(child: Child): Promise<ProgramExit> {
  const result = child.catch((error: unknown) => ({ cause: error }));
  if (child.pid === undefined) return { kind: 'not_started', error: (await result).cause as Error };
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(code === null ? { kind: 'killed', signal: signal ?? 'unknown' } : { kind: 'exited', code });
    });
  });
}
