import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  AgentEvent,
  AgentProcess,
  AgentSessionOptions,
  ContentBlock,
  CustomToolResult,
  PermissionDecision,
} from '../core/agent-engine.ts';
import { exitError, type CliProcess } from '../process/cli-process.ts';
import type { ProcessCgroup } from '../process/delegated-cgroup.ts';
import { errorLogIn } from '../process/error-log.ts';
import { sweepProcesses } from '../process/sweep-processes.ts';
import { signalGroup } from '../process/terminate.ts';
import { EventQueue } from '../util/event-queue.ts';
import type { AgentLine } from './agent-lines.ts';
import { ClientTools } from './client-tools.ts';
import { initialize } from './initialize.ts';
import type { AgentLaunch } from './launch.ts';
import { goOn, idOfCall, lostCall } from './resumed-content.ts';
import { RunningCli } from './running-cli.ts';
import { startCli, untilInitialized } from './start-cli.ts';
import { completeTranscript } from './transcript.ts';

/** After this a transcript is taken as it is. */
const notedWithinMs = 1000;
const pollMs = 20;

/** A CLI that does not end its turn when it is asked to is ended itself. */
const interruptWithinMs = 5000;

export interface SessionProcessOptions {
  path: string;
  launch: AgentLaunch;
  session: AgentSessionOptions;
  /** The file of a transcript that ends within calls, which are to get their results before a process resumes from it. */
  openTranscript: string | undefined;
  /** The calls in which the transcript ends at the moment. */
  readOpenCalls: () => Promise<readonly string[]>;
  /** Whether it would be started in the same way now. */
  isUpToDate: () => boolean;
  tmpDir: string;
  startTimeoutMs: number;
  /** Makes the cgroup that the process and all that it starts live in; absent where there are none. */
  createGroup?: ((name: string) => ProcessCgroup) | undefined;
  /** Throws where a turn would fail before it begins. */
  admit: () => Promise<void>;
  observe: (event: AgentEvent | AgentLine) => void;
  onStderr?: ((text: string) => void) | undefined;
}

interface Started {
  cli: CliProcess;
  running: RunningCli;
}

/**
 * The process of one session. Where the transcript ends within calls it is started by the first `send`, which may bring
 * their results.
 */
export class SessionProcess implements AgentProcess {
  readonly events: AsyncIterable<AgentEvent>;
  readonly gone: Promise<void>;
  readonly #options: SessionProcessOptions;
  readonly #queue = new EventQueue<AgentEvent>();
  readonly #marker = randomUUID();
  #settleGone: () => void = () => undefined;
  #started: Started | undefined;
  #group: ProcessCgroup | undefined;
  #isStopping = false;
  #hasEnded = false;

  constructor(options: SessionProcessOptions) {
    this.#options = options;
    this.events = this.#queue;
    this.gone = new Promise((resolve) => {
      this.#settleGone = resolve;
    });
  }

  /** Settles when it can be sent to. Rejects with the reason why it cannot, when it is gone. */
  async open(): Promise<void> {
    if (this.#options.openTranscript === undefined) await this.#start();
  }

  isCurrent(): boolean {
    return !this.#hasEnded && !this.#isStopping && this.#options.isUpToDate();
  }

  async send(content: readonly ContentBlock[]): Promise<void> {
    if (this.#hasEnded || this.#isStopping) return;
    await this.#options.admit();
    const results = content.filter(({ type }) => type === 'tool_result');
    const others = content.filter(({ type }) => type !== 'tool_result');
    const lost = this.#started === undefined ? await this.#completeCalls(results) : results;
    const running = this.#started?.running ?? (await this.#start());
    const told = [...lost.flatMap(lostCall), ...others];
    await running.startTurn(told.length > 0 ? told : [goOn]);
  }

  async decide(callId: string, decision: PermissionDecision): Promise<boolean> {
    return (await this.#started?.running.decide(callId, decision)) ?? false;
  }

  async answer(callId: string, result: CustomToolResult): Promise<boolean> {
    return (await this.#started?.running.answer(callId, result)) ?? false;
  }

  async interrupt(): Promise<void> {
    if (this.#started === undefined || this.#hasEnded) return;
    const { cli, running } = this.#started;
    const timer = setTimeout(() => {
      signalGroup(cli.pid, 'SIGKILL');
    }, interruptWithinMs);
    await Promise.race([running.interrupt(), cli.exited]);
    clearTimeout(timer);
    // The CLI ends a command's group; what has left that is found by its environment.
    await sweepProcesses({ marker: this.#marker, spareSession: cli.pid });
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    if (this.#started === undefined) await this.#end(undefined);
    else {
      const { cli, running } = this.#started;
      const calls = running.waitingCalls;
      if (calls.length > 0) {
        await this.#untilNoted(calls);
        // At its orderly end the CLI would note that the calls have failed (2.1.197).
        signalGroup(cli.pid, 'SIGKILL');
      }
      await cli.stop();
    }
    await this.gone;
  }

  /** The CLI writes its transcript with a delay of some 100 ms. */
  async #untilNoted(calls: readonly string[]): Promise<void> {
    const deadline = performance.now() + notedWithinMs;
    while (performance.now() < deadline) {
      const noted = await this.#options.readOpenCalls();
      if (calls.every((callId) => noted.includes(callId))) return;
      await sleep(pollMs);
    }
  }

  /** Gives the results of calls that are not in the transcript. */
  async #completeCalls(results: readonly ContentBlock[]): Promise<readonly ContentBlock[]> {
    const { openTranscript } = this.#options;
    if (openTranscript === undefined) return results;
    const open = new Set(await this.#options.readOpenCalls());
    const isOpen = (result: ContentBlock): boolean => open.has(idOfCall(result));
    await completeTranscript(openTranscript, results.filter(isOpen));
    return results.filter((result) => !isOpen(result));
  }

  async #start(): Promise<RunningCli> {
    const { path, launch, session, tmpDir, startTimeoutMs, createGroup, observe, onStderr } = this.#options;
    const errorLog = errorLogIn(tmpDir);
    const { customTools, maxCostUsd, profile } = session;
    const hasCustomTools = customTools.length > 0;
    const cli = startCli({ path, launch, marker: this.#marker, errorLog, hasCustomTools, maxCostUsd, onStderr });
    this.#group = createGroup?.(this.#marker);
    if (cli.pid !== undefined) this.#group?.add(cli.pid);
    const running = new RunningCli({
      ...{ cli, errorLog, folder: launch.cwd, backgroundTasks: profile.backgroundTasks, observe },
      clientTools: new ClientTools(customTools),
      emit: (event) => {
        observe(event);
        this.#queue.push(event);
      },
    });
    this.#started = { cli, running };
    void this.#follow(this.#started);
    try {
      await untilInitialized(cli, initialize(running.control, launch, session), startTimeoutMs);
    } catch (error) {
      await this.stop();
      throw error;
    }
    return running;
  }

  async #follow({ cli, running }: Started): Promise<void> {
    const problem = await running
      .readAll(() => this.#queue.room())
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    // What cannot be understood is not gone on with.
    if (problem !== undefined) await cli.stop();
    const exit = await cli.exited;
    await this.#end(this.#isStopping ? undefined : (problem ?? exitError(exit, cli.stderrTail)));
  }

  async #end(error: unknown): Promise<void> {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    await (this.#group?.end() ?? sweepProcesses({ marker: this.#marker }));
    // What cannot be removed now goes with the folder that it is in.
    await rm(this.#options.tmpDir, { recursive: true, force: true, maxRetries: 2 }).catch(() => undefined);
    this.#queue.end(error);
    this.#settleGone();
  }
}
