import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from './config/schema.ts';
import { parseExtraBody } from './config/sections/claude.ts';
import { HarnessError } from './core/errors.ts';
import type { Logger } from './core/logger.ts';
import { ActiveRequests } from './http/active-requests.ts';
import { createApp } from './http/app.ts';
import { Login } from './pool/login.ts';
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
import { createRuntimeDir, defaultWorkspace, prepareWorkspace } from './process/workspace.ts';
import { ContextWindows } from './turn/context-windows.ts';
import { discoverModels } from './turn/discover-models.ts';
import { ModelCatalog } from './turn/model-catalog.ts';
import { withAnswerChecks } from './turn/answer-checks.ts';
import { createRunTurn } from './turn/run-turn.ts';
import { withStopSequences } from './turn/stop-sequences.ts';
import { withThinkingMemory } from './turn/thinking-memory.ts';
import { version } from './util/version.ts';

/** How long aborted turns may take to tell their clients, before connections are cut. */
const abortGraceMs = 2000;

export interface Service {
  readonly app: ReturnType<typeof createApp>;
  /** Listens and starts the first processes; gives the address. Rejects when the port can't be had. */
  start(): Promise<{ host: string; port: number }>;
  /** Settles when the login was looked at and the first process is up, or was found not to start. */
  readonly settled: Promise<void>;
  /** Lets running turns finish for `limits.shutdown_grace`, then ends them; leaves no process and no file behind. */
  stop(): Promise<void>;
}

/** The whole program but its command line: every part is made and connected here. */
export function createService(config: Config, log: Logger): Service {
  const now = Date.now;
  const startedAt = now();
  const { claude, models, pool: poolConfig, limits, server } = config;

  const env = cliEnvironment({ auth: claude.auth, maxRetries: claude.max_retries, extra: claude.env });
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
      return new Worker(model, now(), {
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
    now,
    log,
  });
  const queue = new TurnQueue({
    concurrentTurns: limits.concurrent_turns,
    queueSize: limits.queue_size,
    queueTimeoutMs: limits.queue_timeout,
  });
  const login = new Login(() => askLogin(), log, now);
  const planLimits = new PlanLimits(now);
  const catalog = new ModelCatalog({
    aliases: models.aliases,
    ...(models.unknown === undefined ? {} : { unknown: models.unknown }),
  });
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

  const runTurn = withStopSequences(withAnswerChecks(withThinkingMemory(runCliTurn)));

  const active = new ActiveRequests();
  const stopping = new AbortController();
  const contextWindows = new ContextWindows(pool, stopping.signal);
  let settled: Promise<void> = Promise.resolve();
  const app = createApp({
    runTurn,
    status: {
      readiness: () => readinessOf(phase, pool, login, planLimits),
      health: () => ({
        uptimeSeconds: Math.round((now() - startedAt) / 1000),
        version,
        cli,
        activeTurns: queue.active,
        queuedTurns: queue.queued,
        warmProcesses: pool.idleCount,
      }),
      async models() {
        await settled;
        return catalog.list();
      },
      contextWindow: (model) => contextWindows.of(catalog.resolve(model)),
    },
    active,
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
  const httpServer = createServer(app);
  // Longer than the idle time of the usual routers, so that they close first and never send into a closing connection.
  httpServer.keepAliveTimeout = 75_000;

  async function askLogin(): ReturnType<typeof readAuthStatus> {
    const path = locate();
    return path === undefined ? { state: 'unknown' } : readAuthStatus(path, env);
  }

  async function readVersion(): Promise<void> {
    const path = locate();
    if (path !== undefined) cli = { path, version: (await readCliVersion(path, env)) ?? 'unknown' };
  }

  async function settle(): Promise<void> {
    const discovered = discoverModels(pool, models.default, catalog, stopping.signal).catch((error: unknown) => {
      log.debug('the models could not be asked for', { error });
    });
    await Promise.all([readVersion(), login.start(), discovered]);
    if (phase === 'starting') phase = 'running';
  }

  return {
    app,
    get settled() {
      return settled;
    },
    async start() {
      const address = await listen(httpServer, server.port, server.host);
      pool.start();
      settled = settle();
      return { host: server.host, port: address.port };
    },
    async stop() {
      phase = 'draining';
      queue.close();
      pool.drain();
      if (!(await active.idle(limits.shutdown_grace))) {
        active.abortAll(new HarnessError('DRAINING', 'The harness was stopped before the answer was complete.'));
        await active.idle(abortGraceMs);
      }
      stopping.abort(new HarnessError('DRAINING', 'The harness is shutting down.'));
      login.stop();
      await pool.stop();
      await close(httpServer);
      await rm(runtimeDir, { recursive: true, force: true });
    },
  };
}

async function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return server.address() as AddressInfo;
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
