import { createAgentChats, createAgents, createNotices, withOtherMachines, type AgentsPlace } from './agents.ts';
import type { CliBackend } from './backend/cli.ts';
import { loginRemedy } from './backend/login-remedy.ts';
import { configuredLogins } from './backend/logins/configured-logins.ts';
import { createBatchEngine, createUnattended } from './batches.ts';
import { createBackends, createHealth, withWholeTurns } from './backends.ts';
import { clocks } from './clocks.ts';
import { describeConfig } from './config/describe-config.ts';
import { LiveConfig } from './config/live-config.ts';
import type { Config } from './config/schema.ts';
import { configuredPrices } from './config/sections/observe.ts';
import type { DialectSettings } from './core/endpoint.ts';
import { listPrices } from './core/list-prices.ts';
import type { JournalEntry } from './core/journal.ts';
import type { Logger } from './core/logger.ts';
import { createPriceOf } from './core/prices.ts';
import { clientName } from './core/role.ts';
import type { SessionTurn } from './core/session-turn.ts';
import { messages } from './dialect/anthropic-messages/endpoint.ts';
import { ActiveWork } from './exchange/active-work.ts';
import { CollectWhenQuiet } from './exchange/collect-when-quiet.ts';
import { createBatchFiles } from './exchange/batch-files.ts';
import { Journal } from './exchange/journal.ts';
import { sessionTurnEntry } from './exchange/session-turn-entry.ts';
import { RunningTurns } from './exchange/running-turns.ts';
import { costOf } from './feature/access/access-row.ts';
import { Conversations } from './feature/conversations/conversations.ts';
import { StoredFileContents } from './feature/file-contents/file-contents.ts';
import { UsageQuestions } from './feature/plan-windows/usage-questions.ts';
import { Responses } from './feature/responses/responses.ts';
import { createApp, type AppOptions } from './http/app.ts';
import { forwardTo } from './http/forward.ts';
import { createJobEngine } from './jobs.ts';
import { Lifecycle, type Service } from './lifecycle.ts';
import { createMetrics } from './observe/metrics/metrics.ts';
import { turnLog } from './observe/turn-log.ts';
import { openStores } from './stores.ts';
import { createTunnel } from './tunnel.ts';
import type { TokenCredential } from './systemd/credential.ts';
import { createAlerts, createBudgets, createExchangeCache, createTelemetry, spendingSink } from './usage.ts';
import { newIdOf } from './util/new-id.ts';
import { isGone, processIdentity } from './util/process-identity.ts';
import { readAnew } from './util/read-anew.ts';

export type { Service };

/** What whoever started the program has handed to it. */
export interface Inherited {
  /** Sockets that are listened on already; where there are any, the addresses in the configuration count for nothing. */
  listenFds?: readonly number[];
  token?: TokenCredential;
  agents?: AgentsPlace;
}

/** The whole program but its command line: every part is made and connected here. */
export function createService(started: Config, log: Logger, inherited: Inherited = {}): Service {
  // Parts read what can change where they need it, never at their start alone.
  const live = new LiveConfig(started);
  const config = live.view;
  const priceOf = createPriceOf([...configuredPrices(config.observe.prices), ...listPrices]);
  const place = inherited.agents ?? {};
  const state = openStores(config, log, priceOf);
  const isShared = place.socket !== undefined || place.inOwnUnit === true;
  const budgets = createBudgets(config, log, state, isShared, (login) => backends.cli.logins?.serves(login) === true);
  const metrics = createMetrics({
    load: () => ({ ...health(), isReady: backends.usual.readiness().ready }),
    pool: () => backends.cli.poolFigures,
    costOf: (entry) => costOf(entry, priceOf),
    planWindows: state.windows,
    hasLogins: config.claude.logins.length > 0,
    budgets: () => budgets.uses(),
    batches: async () => (await batches.state()).totals,
  });
  const logins = configuredLogins(config, inherited.token);
  const usual = { remedy: loginRemedy(config, inherited.token) };
  const alerts = createAlerts(config, log, state, logins.length > 0 ? logins : [usual]);
  const backends = createBackends(config, log, inherited.token, metrics, { ...state, alerts, budgets, logins });
  const telemetry = createTelemetry(config, log, metrics);
  const plan = {
    windows: state.windows,
    questions: new UsageQuestions({
      ...{ windows: state.windows, log, ticks: clocks.ticks },
      ask: () => backends.cli.planUsage(),
    }),
  };
  const { requests } = state;
  const active = new ActiveWork();
  const watching = new ActiveWork();
  const running = new RunningTurns();
  const garbage = new CollectWhenQuiet({
    isBusy: () => !active.isIdle || running.list().length > 0 || agents?.areAtWork === true,
    ...{ log, ticks: clocks.ticks },
  });
  const journal = new Journal(
    [
      turnLog(log),
      metrics.sink,
      requests.sink,
      state.access.log.sink,
      spendingSink(budgets, priceOf),
      alerts.sink,
      garbage.sink,
      ...(telemetry === undefined ? [] : [telemetry.sink]),
    ],
    log,
  );
  const newId = newIdOf(config.server.instance);
  const tunnel = createTunnel(config, log);
  const fileContents = new StoredFileContents(state.files);
  const agentsParts = {
    ...{ config, log, cli: backends.cli, stateFile: state.file, fileContents, ...clocks },
    sharedDatabase: config.state.url === undefined ? undefined : state.shared,
  };
  const agents = createAgents(agentsParts, place, {
    onTurnOver: (turn) => {
      journal.write(toSessionTurnEntry(turn, config, backends.cli));
    },
    isAnswering: (sessionId) => chats.agentChats?.isAnswering(sessionId) ?? false,
  });
  const sessions = withOtherMachines(agentsParts, agents);
  const chats = createAgentChats(agentsParts, sessions);
  const { notices, questionLinks } = createNotices(agentsParts, agents);
  const health = createHealth(backends, () => tunnel && { type: config.tunnel.type, url: tunnel.url });
  const options = {
    ...withWholeTurns(backends),
    ...httpOptions(config),
    publicUrl: () => tunnel?.url,
    settings: dialectSettings(config),
    journal,
    responses: new Responses({
      ...{ store: state.responses, beginWork: () => active.begin(), log, now: clocks.now },
      ...{ serviceId: processIdentity(), isGone },
    }),
    conversations: new Conversations({
      ...{ store: state.conversations, newId },
      keepMs: config.conversations.keep,
      maxBytes: config.conversations.max_size,
    }),
    files: state.files,
    fileContents,
    running,
    health,
    owner: ownerServices(config, backends.cli),
    metrics,
    requests,
    cache: createExchangeCache(config, state.cachedAnswers, log),
    access: { ...state.access, keepMs: config.observe.keep, maxRows: config.observe.max_rows },
    plan,
    budgets,
    usesPlan: (model: string) => !backends.isServedDirectly(model),
    ...(sessions !== undefined && { sessions }),
    ...(agents !== undefined && { createdAgents: agents.createdAgents }),
    ...chats,
    ...(questionLinks !== undefined && { questionLinks }),
    ...(place.socket !== undefined && { forwardAgents: forwardTo(place.socket) }),
    active,
    watching,
    log,
    now: clocks.now,
    newId,
  };
  const unattended = createUnattended(options);
  const batches = createBatchEngine({
    ...{ config, log, state, backends, budgets, unattended },
    finish: createBatchFiles(state.files),
  });
  const jobs = createJobEngine({
    ...{ config, log, state, active, sessions: agents },
    // What the service of agents would run, the service of chats does.
    unattended: place.inOwnUnit === true ? undefined : unattended,
  });
  const app = createApp({
    ...options,
    batches: batches.batches,
    batchesState: () => batches.state(),
    jobs: jobs.jobs,
  });
  const { listenFds = [] } = inherited;
  return new Lifecycle({
    app,
    live,
    log,
    backends,
    agents,
    // What the service of agents would run, the service of chats does.
    ...(place.inOwnUnit !== true && { batches }),
    jobs,
    notices,
    telemetry,
    plan,
    tunnel,
    budgets,
    alerts,
    garbage,
    state,
    active,
    watching,
    listenFds,
  });
}

function toSessionTurnEntry(turn: SessionTurn, { server, limits }: Config, cli: CliBackend): JournalEntry {
  const index = server.tokens.findIndex(({ hash }) => hash === turn.owner);
  const token = server.tokens[index];
  return sessionTurnEntry(turn, {
    client: token && clientName(token, index),
    served: cli.resolvedName(turn.model),
    toErrorReply: messages.error,
    planLimitStatus: limits.plan_limit_status,
    now: clocks.now,
  });
}

function httpOptions({ server }: Config) {
  return {
    tokens: () => server.tokens,
    allowedHosts: server.allowed_hosts,
    corsOrigins: server.cors_origins,
    bodyLimitBytes: server.body_limit,
    silenceMs: server.silence_before_stream,
    unreadyMs: server.unready_delay,
  };
}

function ownerServices(config: Config, { controls, logins }: CliBackend): AppOptions['owner'] {
  const { admin, pool } = config;
  return {
    controls,
    ...(logins !== undefined && { controlsOf: (login) => logins.controlsOf(login) }),
    allows: { execute: admin.execute, logout: admin.logout },
    configuration: () => describeConfig(config),
    pool: { maxWarm: pool.max_warm, maxAgeMs: pool.max_age },
  };
}

function dialectSettings(config: Config): DialectSettings {
  const { models, limits } = config;
  return readAnew({
    defaultModel: () => models.default,
    unsupportedParams: () => config.unsupported_params,
    maxChoices: () => limits.max_choices,
    showReasoning: () => config.reasoning === 'visible',
    planLimitStatus: () => limits.plan_limit_status,
  });
}
