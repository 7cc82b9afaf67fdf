import { rm } from 'node:fs/promises';
import { ConfigError } from './config/config-error.ts';
import { readDirectKey } from './config/direct-key.ts';
import { isLoopbackHost } from './config/loopback.ts';
import type { Config } from './config/schema.ts';
import { parseExtraBody } from './config/sections/claude.ts';
import { HarnessError } from './core/errors.ts';
import type { Logger } from './core/logger.ts';
import type { Readiness } from './core/status.ts';
import type { RunTurn } from './core/run-turn.ts';
import { besideCli, type AnswerWay } from './direct/beside-cli.ts';
import { createDirectBackend, type DirectBackend } from './direct/direct-backend.ts';
import { createServedDirectly } from './direct/served-directly.ts';
import { createResponseStore } from './feature/responses/response-store.ts';
import { Responses } from './feature/responses/responses.ts';
import { ActiveRequests } from './http/active-requests.ts';
import { createApp } from './http/app.ts';
import { Listener } from './http/listener.ts';
import { aliased, type ModelNames } from './messages-api/model-names.ts';
import { createMetrics } from './observe/metrics.ts';
import { Login } from './pool/login.ts';
import { tokenNotice } from './pool/token-age.ts';
import { PlanLimits } from './pool/plan-limits.ts';
import { Pool } from './pool/pool.ts';
import { readinessOf, type Phase } from './pool/readiness.ts';
import { TurnQueue } from './pool/turn-queue.ts';
import { Worker } from './pool/worker.ts';
import { chatArguments } from './process/arguments.ts';
import { readAuthStatus } from './process/auth-status.ts';
import { cliMissingError } from './process/cli-process.ts';
import { cliEnvironment, ownEnvironment } from './process/environment.ts';
import { locateCli } from './process/locate.ts';
import { readCliVersion } from './process/run-cli.ts';
import type { TokenCredential } from './process/token-credential.ts';
import { createRuntimeDir, defaultWorkspace, prepareWorkspace } from './process/workspace.ts';
import { StateFile } from './state/state-file.ts';
import { defaultStatePath } from './state/state-path.ts';
import { Sweep } from './state/sweep.ts';
import { ContextWindows } from './turn/context-windows.ts';
import { TokenCounter } from './turn/count-tokens.ts';
import { discoverModels } from './turn/discover-models.ts';
import { ModelCatalog } from './turn/model-catalog.ts';
import { withAnswerChecks } from './turn/answer-checks.ts';
import { createRunTurn } from './turn/run-turn.ts';
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
  const now = Date.now;
  /** For lengths of time, which must not change when somebody sets the clock. In ms. */
  const ticks = (): number => performance.now();
  const startedAt = ticks();
  const { claude, models, pool: poolConfig, limits, server } = config;

  const apiKey = readDirectKey(config, ownEnvironment());
  const env = cliEnvironment({
    auth: claude.auth,
    maxRetries: claude.max_retries,
    extra: claude.env,
    ...(inherited.token === undefined ? {} : { oauthToken: inherited.token.token }),
  });
  const workspace = claude.workspace ?? defaultWorkspace(ownEnvironment());
  prepareWorkspace(workspace);
  const runtimeDir = createRuntimeDir();
  const locate = (): string | undefined =>
    locateCli({ env, ...(claude.path === undefined ? {} : { configured: claude.path }) });

  let phase: Phase = 'starting';
  let cli: { path: string; version: string } | undefined;

  const pool = new Pool({
    launch(model) {
      const path = locate();
      if (path === undefined) throw cliMissingError();
      return new Worker(model, ticks(), {
        path,
        args: chatArguments(model),
        env,
        workspace,
        runtimeDir,
        startTimeoutMs: poolConfig.start_timeout,
        onStderr: (text) => {
          log.debug('claude stderr', { text: config.logging.content ? text : `${text.length} characters` });
        },
      });
    },
    defaultModel: models.default,
    warmPerModel: poolConfig.warm_per_model,
    maxWarm: poolConfig.max_warm,
    idleAfterMs: poolConfig.idle_after,
    maxAgeMs: poolConfig.max_age,
    maxSpawning: poolConfig.max_spawning,
    now: ticks,
    log,
  });
  const queueOptions = {
    concurrentTurns: limits.concurrent_turns,
    queueSize: limits.queue_size,
    queueTimeoutMs: limits.queue_timeout,
  };
  const queue = new TurnQueue(queueOptions);
  const directQueue = new TurnQueue(queueOptions);
  const login = new Login({ ask: () => askLogin(), remedy: claude.login_hint, log, now: ticks });
  const planLimits = new PlanLimits(now);
  const names: ModelNames = {
    aliases: models.aliases,
    ...(models.unknown === undefined ? {} : { unknown: models.unknown }),
  };
  const catalog = new ModelCatalog(names);
  const extraBody = parseExtraBody(claude.env);
  const runCliTurn = createRunTurn({
    catalog,
    login,
    planLimits,
    queue,
    pool,
    defaultEffort: models.effort,
    ...(extraBody === undefined ? {} : { extraBody }),
    turnTimeoutMs: limits.turn_timeout,
    idleTimeoutMs: limits.idle_timeout,
    onCliVersion(seen) {
      if (cli !== undefined) cli.version = seen;
    },
  });

  const stateFile = new StateFile({ path: config.state.path ?? defaultStatePath(ownEnvironment()), log, now });
  const responseStore = createResponseStore(stateFile, { keepMs: config.responses.keep, now });
  const sweep = new Sweep(() => responseStore.prune(), log);

  const active = new ActiveRequests();
  const responses = new Responses({ store: responseStore, beginWork: () => active.begin(), log });
  const stopping = new AbortController();
  const contextWindows = new ContextWindows(pool, stopping.signal);
  const tokenCounter = new TokenCounter({ catalog, login, queue, pool });
  let settled: Promise<void> = Promise.resolve();
  let noticing: NodeJS.Timeout | undefined;
  const notice = (): string | undefined =>
    inherited.token === undefined ? undefined : tokenNotice(inherited.token.storedAt, now());
  const cliWay: AnswerWay = {
    runTurn: runCliTurn,
    readiness: () => readinessOf({ phase, pool, login, planLimits, notice: notice() }),
    async models() {
      await settled;
      return catalog.list();
    },
    contextWindow: (model) => contextWindows.of(catalog.resolve(model)),
    countTokens: (conversation, turn, signal) => tokenCounter.count(conversation, turn, signal),
  };
  const direct = apiKey === undefined ? undefined : createDirect(apiKey);
  const way = direct === undefined ? cliWay : withDirect(cliWay, direct);
  const readiness = (): Readiness => way.readiness();

  const memory = createThinkingMemory();
  const completed = (runTurn: RunTurn): RunTurn =>
    withAnswerChecks(withStopSequences(withThinkingMemory(runTurn, memory)));
  const health = () => ({
    uptimeSeconds: Math.round((ticks() - startedAt) / 1000),
    version,
    cli,
    activeTurns: queue.active + directQueue.active,
    queuedTurns: queue.queued + directQueue.queued,
    warmProcesses: pool.idleCount,
  });
  const metrics = createMetrics(health);
  const app = createApp({
    runTurn: completed(way.runTurn),
    status: { ...way, health },
    ...(direct !== undefined && {
      direct: {
        runTurn: completed(direct.runTurn),
        status: direct,
        readiness: () => direct.readiness(),
        turns: () => ({ active: directQueue.active, queued: directQueue.queued }),
      },
    }),
    metrics,
    active,
    responses,
    log,
    tokenHashes: server.tokens,
    allowedHosts: server.allowed_hosts,
    corsOrigins: server.cors_origins,
    bodyLimitBytes: server.body_limit,
    silenceMs: server.silence_before_stream,
    unsupportedParams: config.unsupported_params,
    maxChoices: limits.max_choices,
    showReasoning: config.reasoning === 'visible',
  });
  const listener = new Listener(app);

  function createDirect(key: string): DirectBackend {
    return createDirectBackend({
      apiKey: key,
      variable: config.direct.api_key_env ?? '',
      baseUrl: config.direct.base_url,
      maxRetries: config.direct.max_retries,
      names,
      resolvedName: (model) => catalog.resolvedName(model),
      admission: directQueue,
      defaultEffort: models.effort,
      turnTimeoutMs: limits.turn_timeout,
      idleTimeoutMs: limits.idle_timeout,
      log,
      now,
    });
  }

  function withDirect(cliOnly: AnswerWay, other: DirectBackend): AnswerWay {
    return besideCli(cliOnly, other, {
      isServedDirectly: createServedDirectly(models.direct, (requested) => {
        const name = aliased(requested, names) ?? requested;
        return [requested, name, catalog.resolvedName(name)];
      }),
      fallsBack: config.fallback === 'direct',
      log,
      onFallback: (reason) => {
        metrics.countFallback(reason);
      },
    });
  }

  function closeQueues(): void {
    queue.close();
    directQueue.close();
  }

  /** One line a day. */
  function logNotice(): void {
    const text = notice();
    if (text !== undefined) log.warn(text);
  }

  async function askLogin(): ReturnType<typeof readAuthStatus> {
    const path = locate();
    return path === undefined ? { state: 'unknown' } : readAuthStatus(path, env);
  }

  async function readVersion(): Promise<void> {
    const path = locate();
    if (path !== undefined) cli = { path, version: (await readCliVersion(path, env)) ?? 'unknown' };
  }

  async function settle(): Promise<void> {
    logNotice();
    noticing = setInterval(logNotice, 24 * 60 * 60 * 1000);
    const discovered = discoverModels(pool, models.default, catalog, stopping.signal).catch((error: unknown) => {
      log.debug('the models could not be asked for', { error });
    });
    // Nobody waits for it: it only spares the first turn the time that it takes.
    direct?.models().catch((error: unknown) => {
      log.debug('the API did not tell its models', { error });
    });
    await Promise.all([readVersion(), login.start(), discovered]);
    if (phase === 'starting') phase = 'running';
  }

  return {
    app,
    get settled() {
      return settled;
    },
    readiness,
    isResponsive: () => pool.isResponsive(),
    async start() {
      const { address, port } = await listener.listen({
        host: server.host,
        port: server.port,
        ...(inherited.listenFd === undefined ? {} : { fd: inherited.listenFd }),
      });
      if (!isLoopbackHost(address) && server.tokens.length === 0) throw openAddressError(address);
      pool.start();
      sweep.start();
      settled = settle();
      return { host: inherited.listenFd === undefined ? server.host : address, port };
    },
    async stop() {
      phase = 'draining';
      // On a socket of its own whoever comes now is told to go elsewhere; on an inherited one the next process serves.
      if (inherited.listenFd === undefined) closeQueues();
      pool.drain();
      const isDrained =
        inherited.listenFd === undefined
          ? await active.idle(limits.shutdown_grace)
          : await listener.drain(active, limits.shutdown_grace);
      if (!isDrained) {
        closeQueues();
        active.abortAll(new HarnessError('DRAINING', 'The harness was stopped before the answer was complete.'));
        await active.idle(abortGraceMs);
      }
      stopping.abort(new HarnessError('DRAINING', 'The harness is shutting down.'));
      login.stop();
      clearInterval(noticing);
      await pool.stop();
      await listener.close();
      sweep.stop();
      stateFile.close();
      await rm(runtimeDir, { recursive: true, force: true });
    },
  };
}

/** The configuration is checked before; a socket unit says more than it. */
function openAddressError(address: string): ConfigError {
  const message =
    'is open to other machines, and there is no token; make one with `claude-harness token` and put its hash into server.tokens, or let the socket unit listen on 127.0.0.1';
  return new ConfigError([{ where: `the socket at ${address}`, message }]);
}
