import { rm } from 'node:fs/promises';
import type { Login } from '../admission/login.ts';
import type { PlanLimits } from '../admission/plan-limits.ts';
import type { AgentEngine, AgentEvent, AgentProcess, AgentSessionOptions } from '../core/agent-engine.ts';
import type { AgentProfile } from '../core/agent.ts';
import { HarnessError } from '../core/errors.ts';
import type { ProtectedPath } from '../core/protected-paths.ts';
import { cliMissingError } from '../process/cli-process.ts';
import type { ProcessCgroup } from '../process/delegated-cgroup.ts';
import { baseEnvironment, type CliEnvironmentOptions } from '../process/environment.ts';
import { onAbort } from '../util/on-abort.ts';
import type { AgentLine } from './agent-lines.ts';
import { agentLaunch } from './launch.ts';
import { SessionProcess } from './session-process.ts';
import { transcriptError } from './start-cli.ts';
import { configFolder, findTranscript, forgetPrompts, readOpenCalls, removeTranscript } from './transcript.ts';
import { canWait, upToDate } from './up-to-date.ts';
import { writeTranscript } from './written-transcript.ts';

export interface AgentEngineOptions {
  /** The path of the CLI; `undefined` where there is none. */
  locate: () => string | undefined;
  /** How the CLI logs in. */
  cliLogin: CliEnvironmentOptions;
  /** Where no agent may work: what the service and the CLI keep for themselves. */
  protectedPaths: readonly ProtectedPath[];
  /** Makes a folder for the temporary files of one process, which is removed with it. */
  makeTmpDir: () => string;
  startTimeoutMs: number;
  /** Makes the cgroup of one process; absent where there are none. */
  createGroup?: (name: string) => ProcessCgroup;
  login: Pick<Login, 'admit' | 'answered' | 'refused' | 'returns'>;
  planLimits: Pick<PlanLimits, 'admit' | 'note' | 'answered'>;
  onStderr?: (text: string) => void;
}

/** Agents as CLI processes, one for each session that is at work. */
export function createAgentEngine(options: AgentEngineOptions): AgentEngine {
  return new CliAgentEngine(options);
}

class CliAgentEngine implements AgentEngine {
  readonly #options: AgentEngineOptions;
  /** By transcript. */
  readonly #processes = new Map<string, SessionProcess | 'opening'>();
  #isStopped = false;

  constructor(options: AgentEngineOptions) {
    this.#options = options;
  }

  async open(session: AgentSessionOptions, signal?: AbortSignal): Promise<AgentProcess> {
    const { transcript } = session;
    this.#assertNotStopped();
    if (this.#processes.has(transcript)) throw inUse();
    this.#processes.set(transcript, 'opening');
    try {
      const process = await this.#prepare(session);
      this.#processes.set(transcript, process);
      void process.gone.then(() => this.#processes.delete(transcript));
      if (this.#isStopped || signal?.aborted === true) await process.stop();
      this.#assertNotStopped();
      signal?.throwIfAborted();
      await openUnlessAborted(process, signal);
      return process;
    } catch (error) {
      if (this.#processes.get(transcript) === 'opening') this.#processes.delete(transcript);
      throw error;
    }
  }

  canWait(profile: AgentProfile): boolean {
    return canWait(profile);
  }

  async forget(_profile: AgentProfile, transcript: string): Promise<void> {
    if (this.#processes.has(transcript)) throw inUse();
    await removeTranscript(this.#configFolder, transcript);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    const running = [...this.#processes.values()].filter((process) => process !== 'opening');
    await Promise.all(running.map((process) => process.stop()));
  }

  #assertNotStopped(): void {
    if (this.#isStopped) throw new HarnessError('DRAINING', 'The service is shutting down; try again later.');
  }

  get #configFolder(): string {
    return configFolder(baseEnvironment(this.#options.cliLogin));
  }

  async #prepare(session: AgentSessionOptions): Promise<SessionProcess> {
    const {
      locate,
      cliLogin: login,
      protectedPaths,
      makeTmpDir,
      startTimeoutMs,
      createGroup,
      onStderr,
    } = this.#options;
    const openTranscript = await this.#openTranscript(session);
    const path = locate();
    if (path === undefined) throw cliMissingError();
    const { profile, transcript, history = [] } = session;
    const resume = session.resume || history.length > 0;
    const tmpDir = makeTmpDir();
    const options = { transcript, resume, login, protectedPaths, tmpDir };
    const started = await orRemove(tmpDir, () => {
      const launch = agentLaunch(profile, options);
      return { launch, isUpToDate: upToDate({ path, locate, login: this.#options.login, profile, options, launch }) };
    });
    if (!session.resume && resume) {
      const { cwd } = started.launch;
      await writeTranscript(this.#configFolder, { transcript, cwd, model: profile.model, history });
    }
    return new SessionProcess({
      readOpenCalls: () => this.#openCalls(transcript),
      ...{ ...started, path, session, openTranscript, tmpDir, startTimeoutMs, createGroup, onStderr },
      admit: () => this.#admit(profile.model),
      observe: (seen) => {
        this.#observe(seen, profile.model);
      },
    });
  }

  /** The file of a transcript that ends within calls. Throws `SESSION_CONFLICT` where it is to be resumed and is gone. */
  async #openTranscript({ transcript, resume }: AgentSessionOptions): Promise<string | undefined> {
    if (!resume) return undefined;
    const path = await findTranscript(this.#configFolder, transcript);
    if (path === undefined) throw transcriptError();
    await forgetPrompts(path);
    return (await readOpenCalls(path)).length > 0 ? path : undefined;
  }

  async #openCalls(transcript: string): Promise<readonly string[]> {
    const path = await findTranscript(this.#configFolder, transcript);
    return path === undefined ? [] : readOpenCalls(path);
  }

  async #admit(model: string): Promise<void> {
    this.#options.planLimits.admit(model);
    await this.#options.login.admit();
  }

  /** What a session shows of the login and the plan's limits holds for all. */
  #observe(seen: AgentEvent | AgentLine, model: string): void {
    const { login, planLimits } = this.#options;
    if (seen.type === 'rate_limit_event') planLimits.note(seen.rate_limit_info);
    if (seen.type === 'request_ended' && !seen.isError) {
      login.answered();
      planLimits.answered(model);
    }
    if (seen.type === 'turn_ended' && seen.ending.reason === 'failed' && seen.ending.error.code === 'NOT_LOGGED_IN') {
      login.refused();
    }
  }
}

async function openUnlessAborted(process: SessionProcess, signal: AbortSignal | undefined): Promise<void> {
  const stopListening =
    signal &&
    onAbort(signal, () => {
      // Whatever goes wrong there, `open` rejects with.
      process.stop().catch(() => undefined);
    });
  await process.open().finally(stopListening);
}

/** A folder that comes to be of no use does not stay. */
async function orRemove<T>(folder: string, make: () => T): Promise<T> {
  try {
    return make();
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function inUse(): HarnessError {
  return new HarnessError('SESSION_CONFLICT', 'This session has a process already; wait until it has ended.');
}
