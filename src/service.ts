import { randomUUID } from 'node:crypto';
import { createAgentChats, createAgents, createNotices, type AgentsPlace } from './agents.ts';
import { createCliBackend, type CliBackend } from './backend/cli.ts';
import { createDirectBackend, type DirectBackend } from './backend/direct.ts';
import type { ApiDouble } from './cli/contract/api-double.ts';
import { cachePolicies } from './config/sections/cache.ts';
import { configuredPrices } from './config/sections/observe.ts';
import { describeConfig } from './config/describe-config.ts';
import type { Config } from './config/schema.ts';
import type { Backend, RunTurn } from './core/backend.ts';
import type { DialectSettings } from './core/endpoint.ts';
import type { JournalSink } from './core/journal.ts';
import { listPrices } from './core/list-prices.ts';
import type { Logger } from './core/logger.ts';
import type { HealthReport } from './core/health.ts';
import { createPriceOf, type PriceOf } from './core/prices.ts';
import { clientName } from './core/role.ts';
import type { VerdictStore } from './core/verdict-store.ts';
import { selectBackend } from './backend/select.ts';
import { createServedDirectly } from './backend/served-directly.ts';
import { AccessLog } from './feature/access/access-log.ts';
import { toAccessRow } from './feature/access/access-row.ts';
import { createAccessStore, type AccessStore } from './feature/access/access-store.ts';
import { totalTokens } from './feature/access/blocks.ts';
import { Budgets } from './feature/budgets/budgets.ts';
import { createVerdictStore } from './feature/cli-verdicts/verdict-store.ts';
import { createConversationStore, type ConversationStore } from './feature/conversations/conversation-store.ts';
import { Conversations } from './feature/conversations/conversations.ts';
import { createCachedAnswerStore, type CachedAnswerStore } from './feature/response-cache/cached-answer-store.ts';
import { ResponseCache } from './feature/response-cache/response-cache.ts';
import { KnownWindows } from './feature/plan-windows/known-windows.ts';
import { createSampleStore } from './feature/plan-windows/sample-store.ts';
import { UsageQuestions } from './feature/plan-windows/usage-questions.ts';
import { createRequestCountStore } from './feature/request-counts/request-count-store.ts';
import { createResponseStore, type ResponseStore } from './feature/responses/response-store.ts';
import { Responses } from './feature/responses/responses.ts';
import { ActiveWork } from './exchange/active-work.ts';
import type { ExchangeCache } from './exchange/caching.ts';
import { Journal } from './exchange/journal.ts';
import { RunningTurns } from './exchange/running-turns.ts';
import { createApp, type AppOptions } from './http/app.ts';
import { forwardTo } from './http/forward.ts';
import { Lifecycle, type Service } from './lifecycle.ts';
import { aliased, type ModelNames } from './messages-api/model-names.ts';
import { createMetrics, type Metrics } from './observe/metrics/metrics.ts';
import { Telemetry } from './observe/otlp/telemetry.ts';
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
import { fullVersion } from './util/version.ts';

export type { Service };

/** What whoever started the program has handed to it. */
export interface Inherited {
  /** A socket that is listened on already; `server.host` and `server.port` count for nothing then. */
  listenFd?: number;
  token?: TokenCredential;
  agents?: AgentsPlace;
}

/** The clocks of the program; each part is handed the one that it needs. */
const clocks = {
  /** Milliseconds since the epoch. */
  now: (): number => Date.now(),
  /** For lengths of time, which must not change when somebody sets the clock. In ms. */
  ticks: (): number => performance.now(),
};

/** The whole program but its command line: every part is made and connected here. */
export function createService(config: Config, log: Logger, inherited: Inherited = {}): Service {
  const priceOf = createPriceOf([...configuredPrices(config.observe.prices), ...listPrices]);
  const state = openState(config, log, priceOf);
  const budgets = createBudgets(config, log, state);
  const metrics = createMetrics({
    load: () => ({ ...health(), isReady: backends.usual.readiness().ready }),
    pool: () => backends.cli.poolFigures,
    costOf: (entry) => toAccessRow(entry, priceOf).cost_usd ?? undefined,
    planWindows: state.windows,
    budgets: () => budgets.uses(),
  });
  const backends = createBackends(config, log, inherited, metrics, state);
  const telemetry = createTelemetry(config, log, metrics);
  const plan = {
    windows: state.windows,
    questions: new UsageQuestions({
      ...{ windows: state.windows, log, ticks: clocks.ticks },
      ask: () => backends.cli.planUsage(),
    }),
  };
  const active = new ActiveWork();
  const watching = new ActiveWork();
  const { requests } = state;
  const place = inherited.agents ?? {};
  const agentsParts = { config, log, cli: backends.cli, stateFile: state.file, ...clocks };
  const agents = createAgents(agentsParts, place);
  const { notices, questionLinks } = createNotices(agentsParts, agents);
  const health = createHealth(backends);
  const app = createApp({
    ...withWholeTurns(backends),
    ...httpOptions(config),
    settings: dialectSettings(config),
    journal: new Journal(
      [
        ...[turnLog(log), metrics.sink, requests.sink, state.access.log.sink, spendingSink(budgets, priceOf)],
        ...(telemetry === undefined ? [] : [telemetry.sink]),
      ],
      log,
    ),
    responses: new Responses({ store: state.responses, beginWork: () => active.begin(), log }),
    conversations: new Conversations({
      ...{ store: state.conversations, newId },
      keepMs: config.conversations.keep,
      maxBytes: config.conversations.max_size,
    }),
    running: new RunningTurns(),
    health,
    owner: ownerServices(config, backends.cli),
    metrics,
    requests,
    cache: createExchangeCache(config, state.cachedAnswers, log),
    access: { ...state.access, keepMs: config.observe.keep, maxRows: config.observe.max_rows },
    plan,
    budgets,
    usesPlan: (model) => !backends.isServedDirectly(model),
    ...(agents !== undefined && { sessions: agents, createdAgents: agents.createdAgents }),
    ...createAgentChats(agentsParts, agents),
    ...(questionLinks !== undefined && { questionLinks }),
    ...(place.socket !== undefined && { forwardAgents: forwardTo(place.socket) }),
    active,
    watching,
    log,
    now: clocks.now,
    newId,
  });
  const { listenFd } = inherited;
  return new Lifecycle({
    app,
    config,
    log,
    backends,
    agents,
    notices,
    telemetry,
    plan,
    budgets,
    state,
    active,
    watching,
    listenFd,
  });
}

interface Backends {
  cli: CliBackend;
  /** Absent where it is not configured. */
  direct: DirectBackend | undefined;
  /** What answers where nobody asks for the direct one: the CLI, beside it the direct one where that is configured. */
  usual: Backend;
  /** Whether a model is never asked through the CLI. */
  isServedDirectly: (model: string) => boolean;
}

function createBackends(
  config: Config,
  log: Logger,
  { token }: Inherited,
  metrics: Metrics,
  { verdicts, windows }: Pick<State, 'verdicts' | 'windows'>,
): Backends {
  const { models, fallback } = config;
  const { now, ticks } = clocks;
  const names: ModelNames = {
    aliases: models.aliases,
    ...(models.unknown !== undefined && { unknown: models.unknown }),
  };
  const cli = createCliBackend({
    ...{ config, log, names, startApi, verdicts, now, ticks },
    onPlanWindows: windows.note,
    ...(token !== undefined && { token }),
  });
  const resolvedName = (model: string): string => cli.resolvedName(model);
  const direct = createDirectBackend({ config, log, environment: ownEnvironment(), names, resolvedName, ticks });
  if (direct === undefined) return { cli, direct, usual: cli, isServedDirectly: () => false };
  const isServedDirectly = createServedDirectly(models.direct, (requested) => {
    const name = aliased(requested, names) ?? requested;
    return [requested, name, resolvedName(name)];
  });
  const usual = selectBackend(cli, direct, {
    isServedDirectly,
    fallsBack: fallback === 'direct',
    log,
    onFallback: (reason) => {
      metrics.countFallback(reason);
    },
  });
  return { cli, direct, usual, isServedDirectly };
}

/** What clients may use, as it is configured; counted from what the access log has kept. */
function createBudgets({ server, limits }: Config, log: Logger, { windows, access }: State): Budgets {
  return new Budgets({
    clients: server.tokens.map((token, index) => ({
      name: clientName(token, index),
      ...(token.budget !== undefined && { budget: token.budget }),
      usesReserve: token.uses_reserve === true,
    })),
    reserve: limits.reserve,
    plan: windows,
    spentSince: async (period, from) => {
      const sums = await access.store.sumsBy('client', period, { from, until: clocks.now() + 1 });
      return sums.map((sum) => ({ client: sum.key, tokens: totalTokens(sum), costUsd: sum.cost_usd }));
    },
    log,
    now: clocks.now,
  });
}

function spendingSink(budgets: Budgets, priceOf: PriceOf): JournalSink {
  return (entry) => {
    const { client, cost_usd: costUsd, backend } = toAccessRow(entry, priceOf);
    const tokens = (entry.tokensIn ?? 0) + (entry.tokensOut ?? 0);
    budgets.spend({ tokens, costUsd: costUsd ?? 0, isOfPlan: backend === 'cli', ...(client !== null && { client }) });
  };
}

/** The backends with what holds for any turn around their own: one memory of thinking, since signatures are the API's. */
function withWholeTurns({ usual, direct }: Backends): Pick<AppOptions, 'backend' | 'direct'> {
  const memory = createThinkingMemory();
  const whole = (run: RunTurn): RunTurn => withAnswerChecks(withStopSequences(withThinkingMemory(run, memory)));
  return {
    backend: { ...usual, run: whole(usual.run) },
    ...(direct !== undefined && {
      direct: {
        ...direct,
        run: whole(direct.run),
        turns: () => ({ active: direct.turns.active, queued: direct.turns.queued }),
      },
    }),
  };
}

interface State {
  file: StateFile;
  responses: ResponseStore;
  conversations: ConversationStore;
  verdicts: VerdictStore;
  requests: RequestCounter;
  windows: KnownWindows;
  access: { log: AccessLog; store: AccessStore };
  cachedAnswers: CachedAnswerStore;
  sweep: Sweep;
}

/** What outlives the service. The file is opened at its first use. */
function openState(config: Config, log: Logger, priceOf: PriceOf): State {
  const { now } = clocks;
  const file = new StateFile({ path: config.state.path ?? defaultStatePath(ownEnvironment()), log, now });
  const responses = createResponseStore(file, { keepMs: config.responses.keep, now });
  const { keep, max: maxPerCaller } = config.conversations;
  const conversations = createConversationStore(file, { keepMs: keep, maxPerCaller, now });
  const verdicts = createVerdictStore(file, now);
  const requests = new RequestCounter({ store: createRequestCountStore(file), log, now });
  const { keep: keepMs, max_rows: maxRows } = config.observe;
  const store = createAccessStore(file, { keepMs, maxRows, now });
  const access = { store, log: new AccessLog({ store, priceOf, isKept: keepMs > 0, log }) };
  const cachedAnswers = createCachedAnswerStore(file, { maxBytes: config.cache.max_size, now });
  const samples = createSampleStore(file, now);
  const windows = new KnownWindows({ store: samples, log, now });
  // The last also returns the space of all that has gone.
  const prune = (): boolean =>
    [conversations, store, samples, cachedAnswers, responses].map((kept) => kept.prune()).includes(true);
  const kept = { responses, conversations, verdicts, requests, windows, access, cachedAnswers };
  return { file, ...kept, sweep: new Sweep(prune, log) };
}

/** What was answered under another configuration of the backends, or by another version of this program, is not given. */
function createExchangeCache(config: Config, store: CachedAnswerStore, log: Logger): ExchangeCache {
  const { claude, models, direct, fallback, cache, server } = config;
  return {
    answers: new ResponseCache({ store, maxBytes: cache.max_size, log, now: clocks.now }),
    policyOf: cachePolicies(cache, server.tokens),
    setup: JSON.stringify([fullVersion, claude, models, direct, fallback]),
  };
}

function createTelemetry({ observe }: Config, log: Logger, metrics: Metrics): Telemetry | undefined {
  const { otlp_endpoint: endpoint, otlp_headers: headers } = observe;
  if (endpoint === undefined) return undefined;
  return new Telemetry({ endpoint, headers, version: fullVersion, metrics, log, now: clocks.now });
}

/** 32 hex digits. */
function newId(): string {
  return randomUUID().replaceAll('-', '');
}

function createHealth({ cli, direct }: Backends): () => HealthReport {
  const startedAt = clocks.ticks();
  return () => ({
    uptimeSeconds: Math.round((clocks.ticks() - startedAt) / 1000),
    version: fullVersion,
    cli: cli.cli,
    activeTurns: cli.turns.active + (direct?.turns.active ?? 0),
    queuedTurns: cli.turns.queued + (direct?.turns.queued ?? 0),
    warmProcesses: cli.warmProcesses,
  });
}

function httpOptions({ server }: Config) {
  return {
    tokens: server.tokens,
    allowedHosts: server.allowed_hosts,
    corsOrigins: server.cors_origins,
    bodyLimitBytes: server.body_limit,
    silenceMs: server.silence_before_stream,
  };
}

function ownerServices(config: Config, { controls }: CliBackend): AppOptions['owner'] {
  const { admin, pool } = config;
  return {
    controls,
    allows: { execute: admin.execute, logout: admin.logout },
    configuration: () => describeConfig(config),
    pool: { maxWarm: pool.max_warm, maxAgeMs: pool.max_age },
  };
}

function dialectSettings({
  models,
  limits,
  reasoning,
  unsupported_params: unsupportedParams,
}: Config): DialectSettings {
  return {
    defaultModel: models.default,
    unsupportedParams,
    maxChoices: limits.max_choices,
    showReasoning: reasoning === 'visible',
    planLimitStatus: limits.plan_limit_status,
  };
}

/** Loaded at its first use: most starts find the CLI unchanged. */
async function startApi(): Promise<ApiDouble> {
  const { startStandIn } = await import('./stand-in/stand-in.ts');
  return startStandIn();
}
