import type { Config } from '../config/schema.ts';
import { parseExtraBody } from '../config/sections/claude.ts';
import type { Backend } from '../core/backend.ts';
import type { HealthReport } from '../core/health.ts';
import { HarnessError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { ModelNames } from '../messages-api/model-names.ts';
import { Login } from '../admission/login.ts';
import { PlanLimits } from '../admission/plan-limits.ts';
import { Pool } from '../cli/pool/pool.ts';
import { readinessOf, type Phase } from '../admission/readiness.ts';
import { tokenNotice } from '../admission/token-age.ts';
import { TurnQueue } from '../admission/turn-queue.ts';
import { Worker } from '../cli/pool/worker.ts';
import { chatArguments } from '../cli/arguments.ts';
import { readAuthStatus } from '../process/auth-status.ts';
import { cliMissingError } from '../process/cli-process.ts';
import { cliEnvironment, ownEnvironment } from '../process/environment.ts';
import { locateCli } from '../process/locate.ts';
import { ProcessFolders } from '../process/process-folders.ts';
import { readCliVersion } from '../process/run-cli.ts';
import { defaultWorkspace } from '../process/workspace.ts';
import { ContextWindows } from '../cli/context-windows.ts';
import { TokenCounter } from '../cli/count-tokens.ts';
import { discoverModels } from '../cli/discover-models.ts';
import { ModelCatalog } from '../cli/model-catalog.ts';
import { createRunTurn } from '../cli/turn/run-turn.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** A token of `claude setup-token` that the owner has handed to the service. */
export interface StoredToken {
  token: string;
  /** In ms since the epoch. */
  storedAt: number;
}

export interface CliBackendOptions {
  config: Config;
  log: Logger;
  /** How the names of the configuration stand for models. */
  names: ModelNames;
  token?: StoredToken;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** For lengths of time, which must not change when somebody sets the clock. In ms. */
  ticks: () => number;
}

/** Answers through processes of the `claude` CLI. */
export interface CliBackend extends Backend {
  readonly turns: TurnQueue;
  readonly warmProcesses: number;
  readonly cli: HealthReport['cli'];
  /** The full name behind a name of the CLI's, as far as the CLI has told; else the name itself. */
  resolvedName(model: string): string;
  /** Whether what serves requests still moves. */
  isResponsive(): boolean;
  /** Starts the first processes. */
  start(): void;
  /** Looks at the login and asks for the models; settles when both are known, or can't be. */
  settle(): Promise<void>;
  /** Starts no more processes ahead of demand. */
  drain(): void;
  /** Leaves no process and no file behind. */
  stop(): Promise<void>;
}

export function createCliBackend({ config, log, names, token, now, ticks }: CliBackendOptions): CliBackend {
  const { claude, models, limits } = config;
  const env = cliEnvironment({
    auth: claude.auth,
    maxRetries: claude.max_retries,
    extra: claude.env,
    ...(token === undefined ? {} : { oauthToken: token.token }),
  });
  const folders = new ProcessFolders(claude.workspace ?? defaultWorkspace(ownEnvironment()));
  const locate = (): string | undefined =>
    locateCli({ env, ...(claude.path === undefined ? {} : { configured: claude.path }) });

  let phase: Phase = 'starting';
  let cli: HealthReport['cli'];
  let settled: Promise<void> = Promise.resolve();
  let noticing: NodeJS.Timeout | undefined;
  const stopping = new AbortController();

  const pool = createPool();
  const turns = new TurnQueue({
    concurrentTurns: limits.concurrent_turns,
    queueSize: limits.queue_size,
    queueTimeoutMs: limits.queue_timeout,
  });
  const login = new Login({ ask: askLogin, remedy: claude.login_hint, log, now: ticks });
  const planLimits = new PlanLimits(now);
  const catalog = new ModelCatalog(names);
  const contextWindows = new ContextWindows(pool, stopping.signal);
  const tokenCounter = new TokenCounter({ catalog, login, queue: turns, pool });
  const extraBody = parseExtraBody(claude.env);
  const runTurn = createRunTurn({
    catalog,
    login,
    planLimits,
    queue: turns,
    pool,
    defaultEffort: models.effort,
    ...(extraBody === undefined ? {} : { extraBody }),
    turnTimeoutMs: limits.turn_timeout,
    idleTimeoutMs: limits.idle_timeout,
    onCliVersion(seen) {
      if (cli !== undefined) cli.version = seen;
    },
  });

  return {
    run: runTurn,
    turns,
    get warmProcesses() {
      return pool.idleCount;
    },
    get cli() {
      return cli;
    },
    readiness: () => readinessOf({ phase, failure: pool.failure, login, planLimits, notice: notice() }),
    async models() {
      await settled;
      return catalog.list();
    },
    contextWindow: (model) => contextWindows.of(catalog.resolve(model)),
    countTokens: (conversation, turn, signal) => tokenCounter.count(conversation, turn, signal),
    resolvedName: (model) => catalog.resolvedName(model),
    isResponsive: () => pool.isResponsive(),
    start() {
      pool.start();
    },
    settle() {
      settled = settle();
      return settled;
    },
    drain() {
      phase = 'draining';
      pool.drain();
    },
    async stop() {
      stopping.abort(new HarnessError('DRAINING', 'The harness is shutting down.'));
      login.stop();
      clearInterval(noticing);
      await pool.stop();
      await folders.remove();
    },
  };

  function createPool(): Pool {
    return new Pool({
      launch: startWorker,
      defaultModel: models.default,
      warmPerModel: config.pool.warm_per_model,
      maxWarm: config.pool.max_warm,
      idleAfterMs: config.pool.idle_after,
      maxAgeMs: config.pool.max_age,
      maxSpawning: config.pool.max_spawning,
      now: ticks,
      log,
    });
  }

  function startWorker(model: string): Worker {
    const path = locate();
    if (path === undefined) throw cliMissingError();
    return new Worker(model, ticks(), {
      path,
      args: chatArguments(model),
      env,
      ...folders.prepare(),
      startTimeoutMs: config.pool.start_timeout,
      onStderr: (text) => {
        log.debug('claude stderr', { text: config.logging.content ? text : `${text.length} characters` });
      },
    });
  }

  async function settle(): Promise<void> {
    logNotice();
    // One line a day.
    noticing = setInterval(logNotice, dayMs);
    const discovered = discoverModels(pool, models.default, catalog, stopping.signal).catch((error: unknown) => {
      log.debug('the models could not be asked for', { error });
    });
    await Promise.all([readVersion(), login.start(), discovered]);
    if (phase === 'starting') phase = 'running';
  }

  function notice(): string | undefined {
    return token === undefined ? undefined : tokenNotice(token.storedAt, now());
  }

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
}
