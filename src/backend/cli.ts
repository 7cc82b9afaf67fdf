import { Login } from '../admission/login.ts';
import { PlanLimits } from '../admission/plan-limits.ts';
import type { TurnQueue } from '../admission/turn-queue.ts';
import { ContextWindows } from '../cli/context-windows.ts';
import { createConfiguredAgentEngine, type AgentEngineChoices } from './agent-engine.ts';
import { cliLogin, type NamedLogin, type StoredToken } from './cli-login.ts';
import { askUsage } from '../cli/ask-usage.ts';
import { TokenCounter } from '../cli/count-tokens.ts';
import type { Pool } from '../cli/pool/pool.ts';
import { createRunTurn, type RunTurnOptions } from '../cli/turn/run-turn.ts';
import { parseExtraBody } from '../config/sections/claude.ts';
import type { AgentEngine } from '../core/agent-engine.ts';
import type { Backend, ModelInfo, RunTurn } from '../core/backend.ts';
import type { HarnessError } from '../core/errors.ts';
import type { HealthReport, LoginReport } from '../core/health.ts';
import type { PlanWindow } from '../core/plan-windows.ts';
import type { OwnerControls } from '../core/owner-controls.ts';
import type { PoolFigures } from '../core/pool-figures.ts';
import type { TurnRules } from '../core/turn-rules.ts';
import { joinSystemMessages } from '../messages-api/system-messages.ts';
import { cliEnvironment } from '../process/environment.ts';
import { CliLifecycle } from './cli-lifecycle.ts';
import { withContinuation } from '../turn/continued-answer.ts';
import { withModelKeys, withRenamedKeys } from '../turn/renamed-keys.ts';
import { withLearnedRefusals } from '../turn/learned-refusals.ts';
import { createCliPool, type PoolShare } from './cli-pool.ts';
import { loginRemedy } from './login-remedy.ts';
import { createOwnerControls } from './owner-controls.ts';
import { createSharedCli, type SharedCli, type SharedCliOptions } from './shared-cli.ts';
import { createTurnRules } from './turn-rules.ts';

export interface CliBackendOptions extends SharedCliOptions {
  token?: StoredToken;
  /** Absent where the CLI has but one login. */
  among?: AmongLogins;
  /** Called with what turns show of the plan's windows. */
  onPlanWindows: (windows: readonly PlanWindow[]) => void;
  /** Called when it becomes known that the login is missing or refused, or that it works. */
  onLoginChange: (isMissing: boolean) => void;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** One login among several. */
export interface AmongLogins {
  login: NamedLogin;
  shared: SharedCli;
  share: PoolShare;
  /** Whether this is the one by which the CLI is asked for its models at the start. */
  asksForModels: boolean;
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
  /** Absent where there is but one. */
  readonly logins?: LoginsView;
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

/** What the owner can see of several logins. */
export interface LoginsView {
  report(): readonly LoginReport[];
  /** Whether it would serve a request now. */
  serves(name: string): boolean;
  /** Throws `INVALID_REQUEST` where there is no such login. */
  controlsOf(name: string): OwnerControls;
}

/** What is known of a login, as far as it decides which of several a turn goes to. */
export interface LoginState {
  /** Whether a turn would fail for lack of it. */
  isMissing: boolean;
  /** Why processes can't be started at present. */
  failure: HarnessError | undefined;
  /** When its plan serves the model again, in ms since the epoch; absent while it does. */
  limitedUntil?: number;
  /** With what a turn of the model would be refused now, without asking the API. */
  refusal?: HarnessError;
}

/** The backend of one login. */
export interface LoginBackend extends CliBackend {
  /** `model`: its full name, as far as it is known. */
  loginState(model: string): LoginState;
}

export function createCliBackend(options: CliBackendOptions): LoginBackend {
  const parts = createParts(options);
  const { pool, queue, catalog, installation, checked, folders, lifecycle, login, planLimits } = parts;
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
    run: withLearnedRefusals(withContinuation(withRenamedKeys(runTurnOf(parts, options))), {
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
    loginState(model) {
      const limitedUntil = planLimits.limitedUntilFor(model);
      const refusal = planLimits.refusalOf(model);
      return {
        ...{ isMissing: login.missing, failure: pool.failure },
        ...(limitedUntil !== undefined && { limitedUntil }),
        ...(refusal !== undefined && { refusal }),
      };
    },
    start() {
      pool.start();
    },
    createAgentEngine: (choices) => createConfiguredAgentEngine(parts, { ...options, ...options.among }, choices),
    settle: () => lifecycle.settle(),
    drain() {
      lifecycle.drain();
    },
    async stop() {
      await Promise.all([checked?.stop(), controls.stop(), lifecycle.stop()]);
      if (options.among === undefined) await folders.remove();
    },
  };
}

function withContextWindow(model: ModelInfo, contextWindow: number | undefined): ModelInfo {
  return contextWindow === undefined ? model : { ...model, contextWindow };
}

interface Parts extends Omit<SharedCli, 'pools' | 'gate'> {
  /** The environment that the CLI gets. */
  env: Record<string, string>;
  pool: Pool;
  rules: TurnRules;
  login: Login;
  planLimits: PlanLimits;
  lifecycle: CliLifecycle;
}

function createParts(options: CliBackendOptions): Parts {
  const { config, log, token, now, ticks, among } = options;
  const env = cliEnvironment(cliLogin(config, token, among?.login));
  const { pools, gate, ...shared } = among?.shared ?? createSharedCli(options, env);
  const { reuse, installation, checked, folders, catalog } = shared;
  const planLimits = new PlanLimits(now, options.onPlanWindows);
  const onRateLimit = planLimits.note.bind(planLimits);
  const share = among?.share;
  const pool = createCliPool({
    config,
    reuse,
    installation,
    checked,
    folders,
    env,
    log,
    ticks,
    onRateLimit,
    gate,
    share,
  });
  pools.push(pool);
  const login = new Login({
    ask: () => installation.loginStatus(env),
    remedy: among?.login.remedy ?? loginRemedy(config, token),
    onLogin: () => {
      pool.renew();
    },
    onChange: options.onLoginChange,
    log,
    now: ticks,
    ...(among !== undefined && { name: among.login.name }),
  });
  const lifecycle = new CliLifecycle({
    ...{ pool, login, planLimits, catalog, installation, log, now },
    defaultModel: () => config.models.default,
    asksForModels: among?.asksForModels ?? true,
    token: among?.login.own === undefined ? token : among.login.tokenFile,
  });
  return { ...shared, env, pool, login, planLimits, lifecycle, rules: createTurnRules(config) };
}

/** Of several logins, whoever chooses one holds the turn's place. */
const heldPlace: RunTurnOptions['queue'] = { enter: () => Promise.resolve(), leave: () => undefined };

function runTurnOf(parts: Parts, { config, among }: CliBackendOptions): RunTurn {
  const { claude, pool } = config;
  const extraBody = parseExtraBody(claude.env);
  return createRunTurn({
    ...parts,
    ...(among !== undefined && { queue: heldPlace, loginName: among.login.name }),
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
