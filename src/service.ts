import { randomUUID } from 'node:crypto';
import { createCliBackend } from './backend/cli.ts';
import { createDirectBackend, type DirectBackend } from './backend/direct.ts';
import { ConfigError } from './config/config-error.ts';
import { isLoopbackHost } from './config/loopback.ts';
import type { ApiDouble } from './cli/contract/api-double.ts';
import type { Config } from './config/schema.ts';
import type { Backend, Readiness, RunTurn } from './core/backend.ts';
import { HarnessError } from './core/errors.ts';
import type { Logger } from './core/logger.ts';
import type { HealthReport } from './core/health.ts';
import { selectBackend } from './backend/select.ts';
import { createServedDirectly } from './backend/served-directly.ts';
import { createVerdictStore } from './feature/cli-verdicts/verdict-store.ts';
import { createResponseStore } from './feature/responses/response-store.ts';
import { Responses } from './feature/responses/responses.ts';
import { ActiveWork } from './exchange/active-work.ts';
import { Journal } from './exchange/journal.ts';
import { createApp } from './http/app.ts';
import { Listener } from './http/listener.ts';
import { aliased, type ModelNames } from './messages-api/model-names.ts';
import { createMetrics, metricsSink } from './observe/metrics.ts';
import { RequestCounter } from './observe/request-counter.ts';
import { turnLog } from './observe/turn-log.ts';
import { ownEnvironment } from './process/environment.ts';
import type { TokenCredential } from './systemd/credential.ts';
import { StateFile } from './state/state-file.ts';
import { defaultStatePath } from './state/state-path.ts';
import { Sweep } from './state/sweep.ts';
import { withAnswerChecks } from './turn/answer-checks.ts';
import { withStopSequences } from './turn/stop-sequences.ts';
import { createThinkingMemory, withThinkingMemory } from './turn/thinking-memory.ts';
import { version } from './util/version.ts';

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
  /** Whether what serves requests still moves. */
  isResponsive(): boolean;
  /** Lets running turns finish for `limits.shutdown_grace`, then ends them; leaves no process and no file behind. */
  stop(): Promise<void>;
}

/** What whoever started the program has handed to it. */
export interface Inherited {
  /** A socket that is listened on already; `server.host` and `server.port` count for nothing then. */
  listenFd?: number;
  token?: TokenCredential;
}

/** The whole program but its command line: every part is made and connected here. */
export function createService(config: Config, log: Logger, inherited: Inherited = {}): Service {
  const { models, limits, server } = config;
  const { listenFd, token } = inherited;
  const now = Date.now;
  /** For lengths of time, which must not change when somebody sets the clock. In ms. */
  const ticks = (): number => performance.now();
  const startedAt = ticks();

  const names: ModelNames = {
    aliases: models.aliases,
    ...(models.unknown === undefined ? {} : { unknown: models.unknown }),
  };
  const resolvedName = (model: string): string => cli.resolvedName(model);
  const direct = createDirectBackend({ config, log, environment: ownEnvironment(), names, resolvedName, ticks });
  const stateFile = new StateFile({ path: config.state.path ?? defaultStatePath(ownEnvironment()), log, now });
  const verdicts = createVerdictStore(stateFile, now);
  const cli = createCliBackend({
    ...{ config, log, names, startApi, verdicts, now, ticks },
    ...(token === undefined ? {} : { token }),
  });
  const way: Backend = direct === undefined ? cli : withDirect(direct);

  const memory = createThinkingMemory();
  const completed = (runTurn: RunTurn): RunTurn =>
    withAnswerChecks(withStopSequences(withThinkingMemory(runTurn, memory)));

  const responseStore = createResponseStore(stateFile, { keepMs: config.responses.keep, now });
  const sweep = new Sweep(() => responseStore.prune(), log);

  const active = new ActiveWork();
  const metrics = createMetrics(health);
  const requests = new RequestCounter(now);
  const app = createApp({
    backend: { ...way, run: completed(way.run) },
    ...(direct !== undefined && {
      direct: {
        ...direct,
        run: completed(direct.run),
        turns: () => ({ active: direct.turns.active, queued: direct.turns.queued }),
      },
    }),
    health,
    metrics,
    requests,
    journal: new Journal([turnLog(log), metricsSink(metrics), requests.sink], log),
    active,
    responses: new Responses({ store: responseStore, beginWork: () => active.begin(), log }),
    log,
    now,
    newId: () => randomUUID().replaceAll('-', ''),
    settings: {
      defaultModel: models.default,
      unsupportedParams: config.unsupported_params,
      maxChoices: limits.max_choices,
      showReasoning: config.reasoning === 'visible',
    },
    tokenHashes: server.tokens,
    allowedHosts: server.allowed_hosts,
    corsOrigins: server.cors_origins,
    bodyLimitBytes: server.body_limit,
    silenceMs: server.silence_before_stream,
  });
  const listener = new Listener(app);
  let settled: Promise<void> = Promise.resolve();

  return {
    app,
    get settled() {
      return settled;
    },
    readiness: () => way.readiness(),
    isResponsive: () => cli.isResponsive(),
    async start() {
      const { address, port } = await listener.listen({
        host: server.host,
        port: server.port,
        ...(listenFd === undefined ? {} : { fd: listenFd }),
      });
      if (!isLoopbackHost(address) && server.tokens.length === 0) throw openAddressError(address);
      cli.start();
      sweep.start();
      askForDirectModels();
      settled = cli.settle();
      return { host: listenFd === undefined ? server.host : address, port };
    },
    async stop() {
      // On a socket of its own whoever comes now is told to go elsewhere; on an inherited one the next process serves.
      if (listenFd === undefined) closeQueues();
      cli.drain();
      const isDrained =
        listenFd === undefined
          ? await active.idle(limits.shutdown_grace)
          : await listener.drain(active, limits.shutdown_grace);
      if (!isDrained) {
        closeQueues();
        active.abortAll(new HarnessError('DRAINING', 'The harness was stopped before the answer was complete.'));
        await active.idle(abortGraceMs);
      }
      await cli.stop();
      await listener.close();
      sweep.stop();
      stateFile.close();
    },
  };

  function withDirect(other: DirectBackend): Backend {
    return selectBackend(cli, other, {
      isServedDirectly: createServedDirectly(models.direct, (requested) => {
        const name = aliased(requested, names) ?? requested;
        return [requested, name, resolvedName(name)];
      }),
      fallsBack: config.fallback === 'direct',
      log,
      onFallback: (reason) => {
        metrics.countFallback(reason);
      },
    });
  }

  function health(): HealthReport {
    return {
      uptimeSeconds: Math.round((ticks() - startedAt) / 1000),
      version,
      cli: cli.cli,
      activeTurns: cli.turns.active + (direct?.turns.active ?? 0),
      queuedTurns: cli.turns.queued + (direct?.turns.queued ?? 0),
      warmProcesses: cli.warmProcesses,
    };
  }

  /** Nobody waits for it: it only spares the first turn the time that it takes. */
  function askForDirectModels(): void {
    direct?.models().catch((error: unknown) => {
      log.debug('the API did not tell its models', { error });
    });
  }

  function closeQueues(): void {
    cli.turns.close();
    direct?.turns.close();
  }
}

/** Loaded at its first use: most starts find the CLI unchanged. */
async function startApi(): Promise<ApiDouble> {
  const { startStandIn } = await import('./stand-in/stand-in.ts');
  return startStandIn();
}

/** The configuration is checked before; a socket unit says more than it. */
function openAddressError(address: string): ConfigError {
  const message =
    'is open to other machines, and there is no token; make one with `claude-harness token` and put its hash into server.tokens, or let the socket unit listen on 127.0.0.1';
  return new ConfigError([{ where: `the socket at ${address}`, message }]);
}
