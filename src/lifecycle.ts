import { setTimeout as delay } from 'node:timers/promises';
import type { CliBackend } from './backend/cli.ts';
import type { DirectBackend } from './backend/direct.ts';
import { ConfigError } from './config/config-error.ts';
import type { ConfigChange, LiveConfig } from './config/live-config.ts';
import { addressToAsk, isOpenAddress, listenAddresses } from './config/listen-address.ts';
import type { Config } from './config/schema.ts';
import type { Backend, Readiness } from './core/backend.ts';
import { HarnessError } from './core/errors.ts';
import { type BoundAddress, type ListenAddress, type TcpAddress, urlOf } from './core/listen-address.ts';
import type { Logger } from './core/logger.ts';
import type { BatchEngine } from './feature/batches/create-batches.ts';
import type { JobEngine } from './feature/jobs/create-jobs.ts';
import type { QuestionNotices } from './feature/question-notices/question-notices.ts';
import type { Alerts } from './feature/alerts/alerts.ts';
import type { Budgets } from './feature/budgets/budgets.ts';
import type { StoredFiles } from './feature/files/stored-files.ts';
import type { UsageQuestions } from './feature/plan-windows/usage-questions.ts';
import type { AccessLog } from './feature/access/access-log.ts';
import type { UsagePublisher } from './feature/access/usage-publisher.ts';
import type { AgentSessions } from './feature/sessions/sessions.ts';
import type { ActiveWork } from './exchange/active-work.ts';
import type { CollectWhenQuiet } from './exchange/collect-when-quiet.ts';
import type { createApp } from './http/app.ts';
import { Listener } from './http/listener.ts';
import type { Telemetry } from './observe/otlp/telemetry.ts';
import type { RequestCounter } from './observe/request-counter.ts';
import type { SharedState } from './state/shared-state.ts';
import type { StateFile } from './state/state-file.ts';
import type { Sweep } from './state/sweep.ts';
import type { Tunnel } from './tunnel/tunnel.ts';

/** How long aborted turns may take to tell their clients, before connections are cut. */
const abortGraceMs = 2000;

export interface Service {
  readonly app: ReturnType<typeof createApp>;
  /**
   * Listens and starts the first processes; gives the addresses, such as `http://127.0.0.1:8013` and `unix:/run/a.sock`.
   * Throws `ListenError` when one of them can't be had.
   */
  start(): Promise<readonly string[]>;
  /** Settles when the login was looked at and the first process is up, or was found not to start. */
  readonly settled: Promise<void>;
  /** Whether a request would be served now. */
  readiness(): Readiness;
  /** What its owner was told and still holds, in sentences. */
  alerts(): readonly string[];
  /** Whether what serves requests still moves. */
  isResponsive(): boolean;
  /** Takes what of a configuration can change meanwhile. Throws `ConfigError`, and changes nothing, where it would be unsafe. */
  reload(next: Config): ConfigChange;
  /** How long running turns may take to finish when it stops, in ms. */
  readonly shutdownGraceMs: number;
  /** Lets running turns finish for `limits.shutdown_grace`, then ends them; leaves no process and no file behind. */
  stop(): Promise<void>;
}

export interface LifecycleParts {
  app: Service['app'];
  live: Pick<LiveConfig, 'view' | 'take'>;
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
  /** Absent where the service is not to be public. */
  tunnel: Pick<Tunnel, 'start' | 'stop'> | undefined;
  budgets: Pick<Budgets, 'load'>;
  alerts: Pick<Alerts, 'start' | 'stop' | 'current'>;
  garbage: Pick<CollectWhenQuiet, 'stop'>;
  plan: { questions: Pick<UsageQuestions, 'start' | 'stop'> };
  state: {
    file: Pick<StateFile, 'close'>;
    shared: Pick<SharedState, 'close'>;
    requests: Pick<RequestCounter, 'store'>;
    access: { log: Pick<AccessLog, 'close'> };
    usagePublisher?: Pick<UsagePublisher, 'start' | 'close'>;
    sweep: Pick<Sweep, 'start' | 'stop'>;
    files: Pick<StoredFiles, 'close'>;
  };
  active: ActiveWork;
  watching: ActiveWork;
  /** Sockets that are listened on already, instead of the addresses in the configuration. */
  listenFds: readonly number[];
}

/** The program as it starts and stops. */
export class Lifecycle implements Service {
  readonly app: Service['app'];
  readonly #parts: LifecycleParts;
  readonly #listener: Listener;
  #settled: Promise<void> = Promise.resolve();
  /** An address at which other machines reach the service. */
  #open: TcpAddress | undefined;

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

  async start(): Promise<readonly string[]> {
    const { backends, agents, batches, jobs, notices, telemetry, plan, budgets, alerts, state, tunnel } = this.#parts;
    await budgets.load();
    const addresses = await this.#listen();
    tunnel?.start(tunnelTarget(addresses));
    backends.cli.start();
    telemetry?.start();
    state.usagePublisher?.start();
    state.sweep.start();
    this.#askForDirectModels();
    void agents?.recover();
    batches?.start();
    jobs.start();
    notices?.start();
    plan.questions.start();
    alerts.start();
    this.#settled = backends.cli.settle();
    return addresses.map(shown);
  }

  reload(next: Config): ConfigChange {
    this.#assertNotOpen(next.server.tokens);
    const { live, backends, budgets } = this.#parts;
    const change = live.take(next);
    backends.cli.turns.limitsChanged();
    backends.direct?.turns.limitsChanged();
    void budgets.load();
    return change;
  }

  get shutdownGraceMs(): number {
    return this.#parts.live.view.limits.shutdown_grace;
  }

  async stop(): Promise<void> {
    const { backends, agents, batches, jobs, notices, telemetry, plan, alerts, garbage, state, tunnel } = this.#parts;
    garbage.stop();
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
    await tunnel?.stop();
    await this.#listener.close();
    await telemetry?.stop();
    await alerts.stop();
    state.sweep.stop();
    state.requests.store();
    state.access.log.close();
    await state.usagePublisher?.close();
    state.files.close();
    await state.shared.close();
    state.file.close();
  }

  /** Gives the addresses as they were asked for, with the port of each that asked for any. */
  async #listen(): Promise<BoundAddress[]> {
    const { live, listenFds, log } = this.#parts;
    const { server } = live.view;
    const { listen, tokens } = server;
    const inherits = listenFds.length > 0;
    if (inherits && listen.length > 0) log.warn('server.listen has no effect: systemd hands over its own sockets');
    const wanted = listenAddresses(server);
    const bound = await this.#listener.listen(inherits ? listenFds.map((fd) => ({ fd })) : wanted);
    this.#open = bound.find(isOpenAddress);
    this.#assertNotOpen(tokens);
    return inherits ? bound : bound.map((address, index) => asWanted(address, wanted[index]));
  }

  /** Lets what is under way finish. Returns whether it did in time. */
  async #drain(): Promise<boolean> {
    const { active, listenFds } = this.#parts;
    const graceMs = this.shutdownGraceMs;
    // On an inherited socket the next process serves whoever comes now; on one of its own nobody does.
    if (listenFds.length > 0) return this.#listener.drain(active, graceMs, () => this.#endStreams());
    // A balancer sends requests here until it has asked whether the service is ready.
    await delay(this.#parts.live.view.server.unready_delay);
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

  /** The service listens where it does, and its tunnel is open, whatever the configuration says meanwhile. */
  #assertNotOpen(tokens: Config['server']['tokens']): void {
    if (tokens.length > 0) return;
    if (this.#open !== undefined) {
      throw openToOthersError(`the socket at ${this.#open.host}`, 'let the socket unit listen on 127.0.0.1');
    }
    if (this.#parts.tunnel !== undefined) throw openToOthersError('the tunnel', 'restart the service without it');
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

/** By the name that the configuration has for it. */
function asWanted(address: BoundAddress, wanted: ListenAddress | undefined): BoundAddress {
  if (wanted === undefined || 'path' in address || 'path' in wanted) return address;
  return { host: wanted.host, port: address.port };
}

/** The port to which a tunnel leads, of loopback if there is one. */
function tunnelTarget(addresses: readonly BoundAddress[]): TcpAddress {
  const target = addressToAsk(addresses);
  if (target !== undefined && !('path' in target)) return target;
  const message = 'leads to a port, and the service listens on none; add a TCP address to the socket unit';
  throw new ConfigError([{ where: 'the tunnel', message }]);
}

/** A Unix socket that was handed over has no address to tell: it is for whoever has made it. */
function shown(address: BoundAddress): string {
  if (!('path' in address)) return urlOf(address);
  return address.path === undefined ? 'a private socket' : urlOf({ path: address.path });
}

/** The configuration is checked before; a socket unit says more than it. */
function openToOthersError(where: string, otherwise: string): ConfigError {
  const message = `is open to other machines, and there is no token; make one with \`claude-harness token\` and put its hash into server.tokens, or ${otherwise}`;
  return new ConfigError([{ where, message }]);
}
