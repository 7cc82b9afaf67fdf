import type { CliBackend } from './backend/cli.ts';
import type { DirectBackend } from './backend/direct.ts';
import { ConfigError } from './config/config-error.ts';
import { isLoopbackHost } from './config/loopback.ts';
import type { Config } from './config/schema.ts';
import type { Backend, Readiness } from './core/backend.ts';
import { HarnessError } from './core/errors.ts';
import type { Logger } from './core/logger.ts';
import type { BatchEngine } from './feature/batches/create-batches.ts';
import type { JobEngine } from './feature/jobs/create-jobs.ts';
import type { QuestionNotices } from './feature/question-notices/question-notices.ts';
import type { Alerts } from './feature/alerts/alerts.ts';
import type { Budgets } from './feature/budgets/budgets.ts';
import type { StoredFiles } from './feature/files/stored-files.ts';
import type { UsageQuestions } from './feature/plan-windows/usage-questions.ts';
import type { AccessLog } from './feature/access/access-log.ts';
import type { AgentSessions } from './feature/sessions/sessions.ts';
import type { ActiveWork } from './exchange/active-work.ts';
import type { createApp } from './http/app.ts';
import { Listener } from './http/listener.ts';
import type { Telemetry } from './observe/otlp/telemetry.ts';
import type { RequestCounter } from './observe/request-counter.ts';
import type { SharedState } from './state/shared-state.ts';
import type { StateFile } from './state/state-file.ts';
import type { Sweep } from './state/sweep.ts';

/** How long aborted turns may take to tell their clients, before connections are cut. */
const abortGraceMs = 2000;

export interface Service {
  readonly app: ReturnType<typeof createApp>;
  /** Listens and starts the first processes; gives the address. Rejects when the port can't be had. */
  start(): Promise<{ host: string; port: number }>;
  /** Settles when the login was looked at and the first process is up, or was found not to start. */
  readonly settled: Promise<void>;
  /** Whether a request would be served now. */
  readiness(): Readiness;
  /** What its owner was told and still holds, in sentences. */
  alerts(): readonly string[];
  /** Whether what serves requests still moves. */
  isResponsive(): boolean;
  /** Lets running turns finish for `limits.shutdown_grace`, then ends them; leaves no process and no file behind. */
  stop(): Promise<void>;
}

export interface LifecycleParts {
  app: Service['app'];
  config: Config;
  log: Logger;
  backends: { cli: CliBackend; direct: DirectBackend | undefined; usual: Pick<Backend, 'readiness'> };
  /** Absent where there are none. */
  agents: Pick<AgentSessions, 'recover' | 'stop'> | undefined;
  /** Absent where another service runs them. */
  batches?: Pick<BatchEngine, 'start' | 'stop'>;
  jobs: Omit<JobEngine, 'jobs'>;
  /** Absent where nobody is told of what agents ask. */
  notices: Pick<QuestionNotices, 'start' | 'stop'> | undefined;
  /** Absent where none is sent. */
  telemetry: Pick<Telemetry, 'start' | 'stop'> | undefined;
  budgets: Pick<Budgets, 'load'>;
  alerts: Pick<Alerts, 'start' | 'stop' | 'current'>;
  plan: { questions: Pick<UsageQuestions, 'start' | 'stop'> };
  state: {
    file: Pick<StateFile, 'close'>;
    shared: Pick<SharedState, 'close'>;
    requests: Pick<RequestCounter, 'store'>;
    access: { log: Pick<AccessLog, 'close'> };
    sweep: Pick<Sweep, 'start' | 'stop'>;
    files: Pick<StoredFiles, 'close'>;
  };
  active: ActiveWork;
  watching: ActiveWork;
  listenFd: number | undefined;
}

/** The program as it starts and stops. */
export class Lifecycle implements Service {
  readonly app: Service['app'];
  readonly #parts: LifecycleParts;
  readonly #listener: Listener;
  #settled: Promise<void> = Promise.resolve();

  constructor(parts: LifecycleParts) {
    this.app = parts.app;
    this.#parts = parts;
    this.#listener = new Listener(parts.app);
  }

  get settled(): Promise<void> {
    return this.#settled;
  }

  readiness(): Readiness {
    return this.#parts.backends.usual.readiness();
  }

  alerts(): readonly string[] {
    return this.#parts.alerts.current();
  }

  isResponsive(): boolean {
    return this.#parts.backends.cli.isResponsive();
  }

  async start(): Promise<{ host: string; port: number }> {
    const { config, backends, agents, batches, jobs, notices, telemetry, plan, budgets, alerts, state, listenFd } =
      this.#parts;
    const { host, port, tokens } = config.server;
    await budgets.load();
    const listening = await this.#listener.listen({ host, port, ...(listenFd !== undefined && { fd: listenFd }) });
    if (!isLoopbackHost(listening.address) && tokens.length === 0) throw openAddressError(listening.address);
    backends.cli.start();
    telemetry?.start();
    state.sweep.start();
    this.#askForDirectModels();
    void agents?.recover();
    batches?.start();
    jobs.start();
    notices?.start();
    plan.questions.start();
    alerts.start();
    this.#settled = backends.cli.settle();
    return { host: listenFd === undefined ? host : listening.address, port: listening.port };
  }

  async stop(): Promise<void> {
    const { backends, agents, batches, jobs, notices, telemetry, plan, alerts, state } = this.#parts;
    backends.cli.drain();
    jobs.drain();
    // Nobody waits for them: they go on at the next start, or at once in the service that takes over.
    await batches?.stop();
    plan.questions.stop();
    await notices?.stop();
    // Whoever watches is to see how turns end.
    await agents?.stop();
    if (!(await this.#drain())) await this.#abortTurns();
    await jobs.stop();
    await backends.cli.stop();
    await this.#endStreams();
    await this.#listener.close();
    await telemetry?.stop();
    await alerts.stop();
    state.sweep.stop();
    state.requests.store();
    state.access.log.close();
    state.files.close();
    await state.shared.close();
    state.file.close();
  }

  /** Lets what is under way finish. Returns whether it did in time. */
  async #drain(): Promise<boolean> {
    const { active, config, listenFd } = this.#parts;
    const graceMs = config.limits.shutdown_grace;
    // On an inherited socket the next process serves whoever comes now; on one of its own nobody does.
    if (listenFd !== undefined) return this.#listener.drain(active, graceMs, () => this.#endStreams());
    this.#closeQueues();
    return active.idle(graceMs);
  }

  async #abortTurns(): Promise<void> {
    const { active } = this.#parts;
    this.#closeQueues();
    active.abortAll(new HarnessError('DRAINING', 'The harness was stopped before the answer was complete.'));
    await active.idle(abortGraceMs);
  }

  /** Whoever watches sees what happened until now. */
  async #endStreams(): Promise<void> {
    const { watching } = this.#parts;
    watching.abortAll(new HarnessError('DRAINING', 'The harness is shutting down.'));
    await watching.idle(abortGraceMs);
  }

  #closeQueues(): void {
    const { cli, direct } = this.#parts.backends;
    cli.turns.close();
    direct?.turns.close();
  }

  /** Nobody waits for it: it only spares the first turn the time that it takes. */
  #askForDirectModels(): void {
    const { backends, log } = this.#parts;
    backends.direct?.models().catch((error: unknown) => {
      log.debug('the models of the direct backend could not be asked for', { error });
    });
  }
}

/** The configuration is checked before; a socket unit says more than it. */
function openAddressError(address: string): ConfigError {
  const message =
    'is open to other machines, and there is no token; make one with `claude-harness token` and put its hash into server.tokens, or let the socket unit listen on 127.0.0.1';
  return new ConfigError([{ where: `the socket at ${address}`, message }]);
}
