import { rm } from 'node:fs/promises';
import { HarnessError } from '../../core/errors.ts';
import { exitError, spawnCli, type CliProcess } from '../../process/cli-process.ts';
import { waitUntilReading } from '../../process/control.ts';
import type { Setup } from './repeated-setup.ts';

/** A worker's life; it only ever moves to the right, and may leave out what lies between. */
export type WorkerState = 'starting' | 'idle' | 'busy' | 'draining' | 'dead';

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
}

/** One CLI process for one model and one turn. Its transitions live here and nowhere else. */
export class Worker {
  readonly model: string;
  readonly startedAt: number;
  readonly cli: CliProcess;
  /** Settles when the CLI reads its input; rejects with the reason why it never will. */
  readonly ready: Promise<void>;
  /** Settles when the process is gone and its files are removed. */
  readonly gone: Promise<void>;
  #state: WorkerState = 'starting';
  #preparedFor: string | undefined;

  constructor(model: string, now: number, launch: LaunchOptions) {
    this.model = model;
    this.startedAt = now;
    const { path, args, workspace: cwd, tmpDir, onStderr } = launch;
    // CLI 2.1.329 leaves a probe file in the temporary directory at every start, so each process has its own.
    const env = { ...launch.env, TMPDIR: tmpDir };
    this.cli = spawnCli({ path, args, env, cwd, ...(onStderr === undefined ? {} : { onStderr }) });
    this.ready = this.#start(launch);
    // Whoever takes the worker awaits `ready`; that of a worker which nobody takes must not end the program.
    this.ready.catch(() => undefined);
    this.gone = this.#follow(tmpDir);
  }

  get state(): WorkerState {
    return this.#state;
  }

  /** The key of the setup that it was given while it waited. */
  get preparedFor(): string | undefined {
    return this.#preparedFor;
  }

  /** Gives an idle process its setup ahead of its turn, which finds the answers to it at the start of its output. */
  prepare({ lines, key }: Setup): void {
    this.#preparedFor = key;
    void this.cli.send(lines);
  }

  /** Hands the worker to its one turn. */
  take(): void {
    if (this.#state !== 'idle') throw new HarnessError('CLI_FAILED', 'The claude CLI ended while it waited for work.');
    this.#state = 'busy';
  }

  /** Ends the process, in any state; settles when it is gone and its files are removed. */
  async stop(): Promise<void> {
    if (this.#state !== 'dead') this.#state = 'draining';
    await this.cli.stop();
    await this.gone;
  }

  async #start({ startTimeoutMs, admitted }: LaunchOptions): Promise<void> {
    await this.#untilReading(startTimeoutMs);
    if (admitted !== undefined) {
      const exit = await Promise.race([admitted, this.cli.exited]);
      if (exit !== undefined) throw exitError(exit, this.cli.stderrTail);
    }
    if (this.#state === 'starting') this.#state = 'idle';
  }

  async #untilReading(timeoutMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, timeoutMs, 'late');
    });
    const outcome = await Promise.race([waitUntilReading(this.cli), this.cli.exited, late]);
    clearTimeout(timer);
    if (outcome === 'late') {
      const message = `The claude CLI did not start within ${Math.ceil(timeoutMs / 1000)} s.`;
      throw new HarnessError('CLI_FAILED', message, { stderrTail: this.cli.stderrTail });
    }
    if (outcome !== 'reading') throw exitError(outcome, this.cli.stderrTail);
  }

  async #follow(tmpDir: string): Promise<void> {
    await this.cli.exited;
    this.#state = 'dead';
    await rm(tmpDir, { recursive: true, force: true, maxRetries: 2 });
  }
}
