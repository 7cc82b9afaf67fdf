import { randomUUID } from 'node:crypto';
import { createAgentChats, createAgents, createNotices, type AgentsPlace } from './agents.ts';
import { createCliBackend, type CliBackend } from './backend/cli.ts';
import { createDirectBackend, type DirectBackend } from './backend/direct.ts';
import type { ApiDouble } from './cli/contract/api-double.ts';
import { configuredPrices } from './config/sections/observe.ts';
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
import { createAccessStore, type AccessStore } from './feature/access/access-store.ts';
import { toAccessRow } from './feature/access/access-row.ts';
import { totalTokens } from './feature/access/blocks.ts';
import { createAlertStore } from './feature/alerts/alert-store.ts';
import { Alerts } from './feature/alerts/alerts.ts';
import { Budgets } from './feature/budgets/budgets.ts';
import { createVerdictStore } from './feature/cli-verdicts/verdict-store.ts';
import { createConversationStore, type ConversationStore } from './feature/conversations/conversation-store.ts';
import { Conversations } from './feature/conversations/conversations.ts';
import { KnownWindows } from './feature/plan-windows/known-windows.ts';
import { createSampleStore } from './feature/plan-windows/sample-store.ts';
import { UsageQuestions } from './feature/plan-windows/usage-questions.ts';
import { createRequestCountStore } from './feature/request-counts/request-count-store.ts';
import { createResponseStore, type ResponseStore } from './feature/responses/response-store.ts';
import { Responses } from './feature/responses/responses.ts';
import { ActiveWork } from './exchange/active-work.ts';
import { Journal } from './exchange/journal.ts';
import { createApp, type AppOptions } from './http/app.ts';
import { forwardTo } from './http/forward.ts';
import { Lifecycle, type Service } from './lifecycle.ts';
import { aliased, type ModelNames } from './messages-api/model-names.ts';
import { createMetrics, metricsSink, type Metrics } from './observe/metrics.ts';
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
  const metrics = createMetrics(() => health());
  const state = openState(config, log);
  const alerts = createAlerts(config, log, state);
  const backends = createBackends(config, log, inherited, metrics, { ...state, alerts });
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
  const budgets = createBudgets(config, log, state);
  const health = createHealth(backends);
  const app = createApp({
    ...withWholeTurns(backends),
    ...httpOptions(config),
    settings: dialectSettings(config),
    journal: new Journal(
      [
        turnLog(log),
        metricsSink(metrics),
        requests.sink,
        state.access.log.sink,
        spendingSink(budgets, state),
        alerts.sink,
      ],
      log,
    ),
    responses: new Responses({ store: state.responses, beginWork: () => active.begin(), log }),
    conversations: new Conversations({
      ...{ store: state.conversations, newId },
      keepMs: config.conversations.keep,
      maxBytes: config.conversations.max_size,
    }),
    health,
    metrics,
    requests,
    access: { ...state.access, keepMs: config.observe.keep, maxRows: config.observe.max_rows },
    plan,
    budgets,
    usesPlan: (model) => !backends.isServedDirectly(model),
    ...(agents !== undefined && { sessions: agents }),
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
    plan,
    budgets,
    alerts,
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
  { verdicts, windows, alerts }: Pick<State, 'verdicts' | 'windows'> & { alerts: Alerts },
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
    onLoginChange: alerts.noteLogin,
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

function createAlerts({ alerts, claude }: Config, log: Logger, { windows, file }: State): Alerts {
  const { url, format, token } = alerts;
  return new Alerts({
    ...{ windows, thresholds: alerts.windows, loginRemedy: claude.login_hint },
    ...{ failures: alerts.failures, withinMs: alerts.failures_within },
    ...(url !== undefined && { webhook: { url, format, ...(token !== undefined && { token }) } }),
    ...{ store: createAlertStore(file), log, now: clocks.now },
  });
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

function spendingSink(budgets: Budgets, { access }: State): JournalSink {
  return (entry) => {
    const { client, cost_usd: costUsd, backend } = toAccessRow(entry, access.priceOf);
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
  access: { log: AccessLog; store: AccessStore; priceOf: PriceOf };
  sweep: Sweep;
}

/** What outlives the service. The file is opened at its first use. */
function openState(config: Config, log: Logger): State {
  const { now } = clocks;
  const file = new StateFile({ path: config.state.path ?? defaultStatePath(ownEnvironment()), log, now });
  const responses = createResponseStore(file, { keepMs: config.responses.keep, now });
  const { keep, max: maxPerCaller } = config.conversations;
  const conversations = createConversationStore(file, { keepMs: keep, maxPerCaller, now });
  const verdicts = createVerdictStore(file, now);
  const requests = new RequestCounter({ store: createRequestCountStore(file), log, now });
  const { keep: keepMs, max_rows: maxRows, prices } = config.observe;
  const store = createAccessStore(file, { keepMs, maxRows, now });
  const priceOf = createPriceOf([...configuredPrices(prices), ...listPrices]);
  const access = { store, priceOf, log: new AccessLog({ store, priceOf, isKept: keepMs > 0, log }) };
  const samples = createSampleStore(file, now);
  const windows = new KnownWindows({ store: samples, log, now });
  // The last also returns the space of all that has gone.
  const prune = (): boolean =>
    [conversations.prune(), store.prune(), samples.prune(), responses.prune()].includes(true);
  return { file, responses, conversations, verdicts, requests, windows, access, sweep: new Sweep(prune, log) };
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
