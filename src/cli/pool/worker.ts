import { rm } from 'node:fs/promises';
import { HarnessError } from '../../core/errors.ts';
import type { ProcessState } from '../../core/pool-figures.ts';
import { spawnCli, startError, type CliProcess } from '../../process/cli-process.ts';
import { waitUntilReading } from '../../process/control.ts';
import { errorLogIn } from '../../process/error-log.ts';
import type { CliMessage } from '../../process/stream-messages.ts';
import { untilStarted } from '../../process/until-started.ts';
import type { RewindOutcome } from '../rewind.ts';
import { PendingLines } from './pending-lines.ts';
import type { Setup } from './repeated-setup.ts';

/**
 * A worker's life: `starting`, then `idle`, `busy` and `emptying` in a circle for as long as it can be emptied, then
 * `draining` and `dead`, to which it may come from anywhere.
 */
export type WorkerState = ProcessState | 'dead';

export interface LaunchOptions {
  path: string;
  args: string[];
  env: Record<string, string>;
  /** The empty directory that the CLI runs in. */
  workspace: string;
  /** Its own directory for temporary files; removed with the worker. */
  tmpDir: string;
  startTimeoutMs: number;
  /** Settles when the process may serve; rejects with the reason why it may not. It may at once when absent. */
  admitted?: Promise<void>;
  onStderr?: (text: string) => void;
  /** A line of text that it prints before all answers, as a wrapper does. */
  onPreamble?: (line: string) => void;
  /** Called with every message that is read of it, those that come after the answer of a turn included. */
  onMessage?: (message: CliMessage) => void;
}

/** One CLI process for one model, and one turn at a time. Its transitions live here and nowhere else. */
export class Worker {
  readonly model: string;
  readonly startedAt: number;
  readonly cli: CliProcess;
  /** What it prints, over all its turns. */
  readonly lines: PendingLines;
  /** Where it notes its errors. */
  readonly errorLog: string;
  /** Settles when the process is gone and its files are removed. */
  readonly gone: Promise<void>;
  #state: WorkerState = 'starting';
  #ready: Promise<void>;
  #preparedFor: string | undefined;
  #takenFor: string | undefined;
  #turns = 0;
  #usedAt: number;
  #takenAt: number;
  #turnMs: number | undefined;

  constructor(model: string, now: number, launch: LaunchOptions) {
    this.model = model;
    this.startedAt = now;
    this.#usedAt = now;
    this.#takenAt = now;
    const { path, args, workspace: cwd, tmpDir, onStderr, onPreamble } = launch;
    // CLI 2.1.329 leaves a probe file in the temporary directory at every start, so each process has its own.
    const env = { ...launch.env, TMPDIR: tmpDir };
    this.cli = spawnCli({ path, args, env, cwd, ...(onStderr && { onStderr }), ...(onPreamble && { onPreamble }) });
    this.lines = new PendingLines(observed(this.cli, launch.onMessage));
    this.errorLog = errorLogIn(tmpDir);
    this.#ready = this.#start(launch);
    this.#doNotWarn();
    this.gone = this.#follow(tmpDir);
  }

  get state(): WorkerState {
    return this.#state;
  }

  /** Settles when it can be taken: the CLI reads its input, or was emptied. Rejects with the reason why it never can. */
  get ready(): Promise<void> {
    return this.#ready;
  }

  /** The key of the setup that it was given, which it keeps. */
  get preparedFor(): string | undefined {
    return this.#preparedFor;
  }

  /** The key of the setup that its turn wants, which it will have when it comes back. */
  get takenFor(): string | undefined {
    return this.#takenFor;
  }

  /** How many it was taken for, the one that runs included. */
  get turns(): number {
    return this.#turns;
  }

  /** When its last turn was over, by the clock that `startedAt` is of. */
  get usedAt(): number {
    return this.#usedAt;
  }

  /** How long its last turn took; `undefined` before it is over. */
  get turnMs(): number | undefined {
    return this.#turnMs;
  }

  /** Gives an idle process its setup ahead of its turn, which finds the answers to it at the start of its output. */
  prepare({ lines, ahead = [], key }: Setup): void {
    this.#preparedFor = key;
    void this.cli.send([...lines, ...ahead]);
  }

  /** Its turn gives it its setup. */
  adopt(key: string): void {
    this.#preparedFor ??= key;
  }

  /** Hands the worker to one turn; `key` is of the setup that the turn wants. */
  take(key: string | undefined, now: number): void {
    if (this.#state !== 'idle') throw new HarnessError('CLI_FAILED', 'The claude CLI ended while it waited for work.');
    this.#state = 'busy';
    this.#takenFor = key;
    this.#turns += 1;
    this.#takenAt = now;
  }

  /** Its turn is over and is being taken out of it; where that fails, `ready` rejects, and the worker is to be stopped. */
  empty(emptying: Promise<RewindOutcome>, now: number): void {
    if (this.#state !== 'busy') return;
    this.#state = 'emptying';
    this.#usedAt = now;
    this.#turnMs = now - this.#takenAt;
    this.#ready = this.#becomeEmpty(emptying);
    this.#doNotWarn();
  }

  /** Ends the process, in any state; settles when it is gone and its files are removed. */
  async stop(): Promise<void> {
    if (this.#state !== 'dead') this.#state = 'draining';
    await this.cli.stop();
    await this.gone;
  }

  async #start({ startTimeoutMs, admitted }: LaunchOptions): Promise<void> {
    await untilStarted(this.cli, waitUntilReading(this.cli), startTimeoutMs);
    if (admitted !== undefined) {
      const exit = await Promise.race([admitted, this.cli.exited]);
      if (exit !== undefined) throw startError(exit, this.cli.stderrTail);
    }
    if (this.#state === 'starting') this.#state = 'idle';
  }

  async #becomeEmpty(emptying: Promise<RewindOutcome>): Promise<void> {
    const outcome = await emptying;
    if (!outcome.emptied) throw new HarnessError('CLI_FAILED', `A process could not be emptied: ${outcome.reason}.`);
    if (this.#state === 'emptying') this.#state = 'idle';
  }

  /** Whoever takes the worker awaits `ready`; that of a worker which nobody takes must not end the program. */
  #doNotWarn(): void {
    this.#ready.catch(() => undefined);
  }

  async #follow(tmpDir: string): Promise<void> {
    await this.cli.exited;
    this.#state = 'dead';
    await rm(tmpDir, { recursive: true, force: true, maxRetries: 2 });
  }
}

function observed(cli: CliProcess, onMessage: LaunchOptions['onMessage']): Pick<CliProcess, 'send' | 'receive'> {
  if (onMessage === undefined) return cli;
  return {
    send: (messages) => cli.send(messages),
    async receive() {
      const message = await cli.receive();
      if (message !== undefined) onMessage(message);
      return message;
    },
  };
}
