import { Login } from '../admission/login.ts';
import { PlanLimits } from '../admission/plan-limits.ts';
import type { TurnQueue } from '../admission/turn-queue.ts';
import { checkCli } from '../cli/contract/check-cli.ts';
import { CheckedCli } from '../cli/contract/checked-cli.ts';
import type { StartApiDouble } from '../cli/contract/api-double.ts';
import { ContextWindows } from '../cli/context-windows.ts';
import { createConfiguredAgentEngine, type AgentEngineChoices } from './agent-engine.ts';
import { cliLogin, type StoredToken } from './cli-login.ts';
import { allAbilities, type AbilitiesOf } from '../cli/abilities.ts';
import { askUsage } from '../cli/ask-usage.ts';
import { TokenCounter } from '../cli/count-tokens.ts';
import { Installation } from '../cli/installation.ts';
import { ModelCatalog } from '../cli/model-catalog.ts';
import type { Pool } from '../cli/pool/pool.ts';
import type { ReuseRule } from '../cli/pool/reuse-rule.ts';
import { createRunTurn } from '../cli/turn/run-turn.ts';
import type { Config } from '../config/schema.ts';
import { parseExtraBody } from '../config/sections/claude.ts';
import type { AgentEngine } from '../core/agent-engine.ts';
import type { Backend, ModelInfo, RunTurn } from '../core/backend.ts';
import type { HealthReport } from '../core/health.ts';
import type { PlanWindow } from '../core/plan-windows.ts';
import type { Logger } from '../core/logger.ts';
import type { OwnerControls } from '../core/owner-controls.ts';
import type { PoolFigures } from '../core/pool-figures.ts';
import type { TurnRules } from '../core/turn-rules.ts';
import type { VerdictStore } from '../core/verdict-store.ts';
import type { ModelNames } from '../messages-api/model-names.ts';
import { joinSystemMessages } from '../messages-api/system-messages.ts';
import { cliEnvironment, ownEnvironment } from '../process/environment.ts';
import { ProcessFolders } from '../process/process-folders.ts';
import { defaultWorkspace } from '../process/workspace.ts';
import { CliLifecycle } from './cli-lifecycle.ts';
import { withContinuation } from '../turn/continued-answer.ts';
import { withModelKeys, withRenamedKeys } from '../turn/renamed-keys.ts';
import { withLearnedRefusals } from '../turn/learned-refusals.ts';
import { createCliPool, createReuseRule } from './cli-pool.ts';
import { createOwnerControls } from './owner-controls.ts';
import { createTurnQueue } from './turn-queue.ts';
import { createTurnRules } from './turn-rules.ts';

export interface CliBackendOptions {
  config: Config;
  log: Logger;
  /** How the names of the configuration stand for models. */
  names: ModelNames;
  token?: StoredToken;
  /** What a new version of the CLI is checked with, and where the verdict on it is kept. */
  startApi: StartApiDouble;
  verdicts: VerdictStore;
  /** Called with what turns show of the plan's windows. */
  onPlanWindows: (windows: readonly PlanWindow[]) => void;
  /** Called when it becomes known that the login is missing or refused, or that it works. */
  onLoginChange: (isMissing: boolean) => void;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** For lengths of time, which must not change when somebody sets the clock. In ms. */
  ticks: () => number;
}

/** Answers through processes of the `claude` CLI. */
export interface CliBackend extends Backend {
  readonly turns: TurnQueue;
  readonly warmProcesses: number;
  readonly poolFigures: PoolFigures;
  readonly cli: HealthReport['cli'];
  /** The full name behind a name of the CLI's, as far as the CLI has reported it; else the name itself. */
  resolvedName(model: string): string;
  /** The name to start the CLI with for one that a client asks for. Throws `MODEL_NOT_FOUND`. */
  resolveModel(requested: string): string;
  readonly controls: OwnerControls;
  /**
   * How much of the plan is used, by the CLI's own question to the API; `undefined` where its login may not know. Throws when
   * no process can be had.
   */
  planUsage(): Promise<readonly PlanWindow[] | undefined>;
  /** Whether what serves requests still moves. */
  isResponsive(): boolean;
  /** Starts the first processes. */
  start(): void;
  /** What agents run by; they share the login and the plan with the chat. */
  createAgentEngine(options: AgentEngineChoices): AgentEngine;
  /** Looks at the login and asks for the models; settles when both are known, or can't be. */
  settle(): Promise<void>;
  /** Starts no more processes ahead of demand. */
  drain(): void;
  /** Leaves no process and no file behind. */
  stop(): Promise<void>;
}

export function createCliBackend(options: CliBackendOptions): CliBackend {
  const parts = createParts(options);
  const { pool, queue, catalog, installation, checked, folders, lifecycle } = parts;
  const windows = new ContextWindows({
    pool,
    resolvedName: (model) => catalog.resolvedName(model),
    version: () => installation.known?.version,
    signal: lifecycle.signal,
    ticks: options.ticks,
  });
  const tokenCounter = new TokenCounter(parts);
  const { signal } = lifecycle;
  const controls = createOwnerControls({ ...parts, model: options.config.models.default, signal, now: options.now });

  return {
    run: withLearnedRefusals(withContinuation(withRenamedKeys(runTurnOf(parts, options.config))), {
      fullName: (model) => catalog.resolvedName(catalog.resolve(model)),
      rules: parts.rules,
      log: options.log,
    }),
    turns: queue,
    get warmProcesses() {
      return pool.idleCount;
    },
    get poolFigures() {
      return pool.figures;
    },
    get cli() {
      const { known } = installation;
      return known === undefined || checked === undefined ? known : { ...known, check: checked.report };
    },
    readiness: () => lifecycle.readiness(),
    servedBy: (model) => ({
      backend: 'cli',
      model: catalog.resolvedName(catalog.resolve(model)),
      version: installation.known?.version ?? 'unknown',
    }),
    async models() {
      await lifecycle.settled;
      const models = catalog.list();
      await windows.learn(models.map(({ id }) => catalog.resolve(id)));
      return models.map((model) => withContextWindow(model, windows.of(catalog.resolve(model.id))));
    },
    countTokens: (conversation, turn, signal) =>
      tokenCounter.count(withModelKeys(joinSystemMessages(conversation)), turn, signal),
    resolvedName: (model) => catalog.resolvedName(model),
    resolveModel: (requested) => catalog.resolve(requested),
    controls,
    planUsage: () =>
      askUsage({
        ...{ pool, model: catalog.resolve(options.config.models.default), extraEnv: options.config.claude.env },
        ...{ signal: lifecycle.signal, now: options.now },
      }),
    isResponsive: () => pool.isResponsive(),
    start() {
      pool.start();
    },
    createAgentEngine: (choices) => createConfiguredAgentEngine(parts, options, choices),
    settle: () => lifecycle.settle(),
    drain() {
      lifecycle.drain();
    },
    async stop() {
      await Promise.all([checked?.stop(), controls.stop(), lifecycle.stop()]);
      await folders.remove();
    },
  };
}

function withContextWindow(model: ModelInfo, contextWindow: number | undefined): ModelInfo {
  return contextWindow === undefined ? model : { ...model, contextWindow };
}

interface Parts {
  /** The environment that the CLI gets. */
  env: Record<string, string>;
  installation: Installation;
  /** Absent where every version is trusted. */
  checked: CheckedCli | undefined;
  folders: ProcessFolders;
  abilities: AbilitiesOf;
  reuse: ReuseRule;
  pool: Pool;
  queue: TurnQueue;
  rules: TurnRules;
  login: Login;
  planLimits: PlanLimits;
  catalog: ModelCatalog;
  lifecycle: CliLifecycle;
}

function createParts(options: CliBackendOptions): Parts {
  const { config, log, names, token, now, ticks } = options;
  const { claude, models } = config;
  const env = cliEnvironment(cliLogin(config, token));
  const installation = new Installation({ env, ...(claude.path === undefined ? {} : { configured: claude.path }) });
  const folders = new ProcessFolders(claude.workspace ?? defaultWorkspace(ownEnvironment()));
  const checked = claude.check ? createCheckedCli(options, env, installation, () => pool) : undefined;
  const abilities: AbilitiesOf = checked === undefined ? allAbilities : () => checked.abilities;
  const reuse = createReuseRule(config, abilities, log);
  const planLimits = new PlanLimits(now, options.onPlanWindows);
  const onRateLimit = planLimits.note.bind(planLimits);
  const pool = createCliPool({ config, reuse, installation, checked, folders, env, log, ticks, onRateLimit });
  const login = new Login({
    ask: () => installation.loginStatus(),
    remedy: claude.login_hint,
    onLogin: () => {
      pool.renew();
    },
    onChange: options.onLoginChange,
    log,
    now: ticks,
  });
  const catalog = new ModelCatalog(names, () => models.default);
  const lifecycle = new CliLifecycle({
    pool,
    login,
    planLimits,
    catalog,
    installation,
    defaultModel: () => models.default,
    tokenStoredAt: token?.storedAt,
    log,
    now,
  });
  return {
    ...{ env, installation, checked, folders, abilities, reuse, pool, login, planLimits, catalog, lifecycle },
    queue: createTurnQueue(config),
    rules: createTurnRules(config),
  };
}

function createCheckedCli(
  { startApi, verdicts, log, ticks }: CliBackendOptions,
  env: Record<string, string>,
  installation: Installation,
  pool: () => Pool,
): CheckedCli {
  return new CheckedCli({
    check: (path, signal) => checkCli({ path, searchPath: env['PATH'], startApi, signal }),
    readVersion: () => installation.readVersion(),
    store: verdicts,
    retire: (isUnfit) => {
      pool().retire(isUnfit);
    },
    log,
    ticks,
  });
}

function runTurnOf(parts: Parts, { claude, pool }: Config): RunTurn {
  const extraBody = parseExtraBody(claude.env);
  return createRunTurn({
    ...parts,
    prompt: claude.prompt,
    share: pool.share,
    cacheMark: claude.auth === 'subscription' ? { type: 'ephemeral', ttl: '1h' } : { type: 'ephemeral' },
    ...(extraBody === undefined ? {} : { extraBody }),
    onCliVersion: (version) => {
      parts.installation.noteVersion(version);
      parts.reuse.ran(version);
    },
  });
}
