import type { Writable } from 'node:stream';
import { HarnessError } from '../core/errors.ts';
import { TextTail } from '../util/text-tail.ts';
import { readJsonLines } from './ndjson.ts';
import { startProgram, type ProgramExit, type ProgramOptions } from './start-program.ts';
import { parseCliMessage, type CliMessage } from './stream-messages.ts';
import { terminate } from './terminate.ts';

/** Far above any honest line (a 32 MB image comes back in none), and a bound on what one process can make us hold. */
const maxLineBytes = 16 * 1024 * 1024;
const stderrTailChars = 4096;

export interface CliProcessOptions extends ProgramOptions {
  onStderr?: (text: string) => void;
  /** A line of text that came before all answers, as from a wrapper. */
  onPreamble?: (line: string) => void;
}

export type CliExit = ProgramExit;

/** One running `claude`. Its lines are pulled by one reader at a time; it never outlives `stop`. */
export interface CliProcess {
  readonly pid: number | undefined;
  /** Settles when the process has ended; never rejects. */
  readonly exited: Promise<CliExit>;
  readonly stderrTail: string;
  /** Writes lines in one go and waits until the pipe has room again. Writing to a dead process is not an error. */
  send(messages: readonly object[]): Promise<void>;
  /** The next message, or `undefined` at the end of the output. Throws `CLI_PROTOCOL`. */
  receive(): Promise<CliMessage | undefined>;
  /** The next line as it came, for a reader that acts on more of them; `undefined` at the end. Throws `CLI_PROTOCOL`. */
  receiveLine(): Promise<unknown>;
  /** Ends the process and all that it started; settles when they are gone. May be called again. */
  stop(): Promise<void>;
}

export function spawnCli(options: CliProcessOptions): CliProcess {
  const program = startProgram(options);
  const stderr = new TextTail(stderrTailChars);
  program.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr.push(text);
    options.onStderr?.(text);
  });
  const lines = readJsonLines(program.stdout, maxLineBytes, options.onPreamble);
  const { exited } = program;
  let stopping: Promise<void> | undefined;
  const receiveLine = async (): Promise<unknown> => {
    const line = await lines.next();
    return line.done === true ? undefined : line.value;
  };

  return {
    pid: program.pid,
    exited,
    get stderrTail() {
      return stderr.text;
    },
    send(messages) {
      lines.expectReply();
      return write(program.stdin, messages, exited);
    },
    async receive() {
      const line = await receiveLine();
      return line === undefined ? undefined : parseCliMessage(line);
    },
    receiveLine,
    stop() {
      if (stopping === undefined) lines.discard();
      return (stopping ??= terminate(program, exited));
    },
  };
}

async function write(stdin: Writable, messages: readonly object[], exited: Promise<unknown>): Promise<void> {
  const text = messages.map((message) => `${JSON.stringify(message)}\n`).join('');
  if (stdin.destroyed || stdin.write(text)) return;
  const drained = new Promise((resolve) => stdin.once('drain', resolve));
  await Promise.race([drained, exited]);
}

/** The error for a process that ended before it served anything. */
export function startError(exit: CliExit, stderrTail: string): HarnessError {
  const error = exitError(exit, stderrTail);
  if (exit.kind === 'not_started') return error;
  const message = 'The claude CLI ends when it is started; `claude-harness doctor` on the server says why.';
  return new HarnessError(error.code, message, error.facts);
}

/** The error for a process that ended when it should not have. */
export function exitError(exit: CliExit, stderrTail: string): HarnessError {
  switch (exit.kind) {
    case 'not_started':
      if (exit.error.code === 'ENOENT' || exit.error.code === 'EACCES') return cliMissingError(exit.error);
      return new HarnessError('CLI_FAILED', 'The claude CLI could not be started; the harness’s log has the cause.', {
        cause: exit.error,
      });
    case 'exited':
    case 'killed':
      return new HarnessError('CLI_FAILED', 'The claude CLI ended before it had answered; try again.', {
        exit: exit.kind === 'exited' ? exit.code : exit.signal,
        stderrTail,
      });
  }
}

export function cliMissingError(cause?: unknown): HarnessError {
  const message =
    'The claude CLI is not found, or may not be executed; install it, or set claude.path. `claude-harness doctor` on the server says more.';
  return new HarnessError('CLI_MISSING', message, cause === undefined ? {} : { cause });
}
