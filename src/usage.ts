import { clocks } from './clocks.ts';
import { loginNames } from './config/claude-login.ts';
import { cachePolicies } from './config/sections/cache.ts';
import type { Config } from './config/schema.ts';
import type { JournalSink } from './core/journal.ts';
import type { Logger } from './core/logger.ts';
import type { PriceOf } from './core/prices.ts';
import { clientName } from './core/role.ts';
import type { ExchangeCache } from './exchange/caching.ts';
import { costOf } from './feature/access/access-row.ts';
import { totalTokens } from './feature/access/blocks.ts';
import { createAlertStore } from './feature/alerts/alert-store.ts';
import { Alerts, type AlertsOptions } from './feature/alerts/alerts.ts';
import { Budgets, type BudgetedClient } from './feature/budgets/budgets.ts';
import type { CachedAnswerStore } from './feature/response-cache/cached-answer-store.ts';
import { ResponseCache } from './feature/response-cache/response-cache.ts';
import type { Metrics } from './observe/metrics/metrics.ts';
import { Telemetry } from './observe/otlp/telemetry.ts';
import type { Stores } from './stores.ts';
import { derived } from './util/derived.ts';
import { fullVersion } from './util/version.ts';

/** What the owner is told of by itself, as it is configured. */
export function createAlerts(
  { alerts }: Config,
  log: Logger,
  { windows, file }: Stores,
  logins: AlertsOptions['logins'],
): Alerts {
  const { url, format, token } = alerts;
  return new Alerts({
    ...{ windows, thresholds: alerts.windows },
    ...{ logins, failures: alerts.failures, withinMs: alerts.failures_within },
    ...(url !== undefined && { webhook: { url, format, ...(token !== undefined && { token }) } }),
    ...{ store: createAlertStore(file), log, now: clocks.now },
  });
}

/** What clients may use, as it is configured; counted from what the access log has kept. */
export function createBudgets(
  { server, limits, claude, state }: Config,
  log: Logger,
  { windows, access }: Stores,
  isShared: boolean,
  serves: (login: string) => boolean,
): Budgets {
  const logins = loginNames(claude);
  return new Budgets({
    clients: derived(() => server.tokens, toBudgetedClients),
    reserve: () => limits.reserve,
    plan: windows,
    ...(logins !== undefined && { logins, serves }),
    isShared: isShared || state.url !== undefined,
    spentSince: async (through, period, from) => {
      access.log.store();
      const span = { from, until: clocks.now() + 1 };
      const sums =
        through === 'machine'
          ? await access.store.sumsBy('client', period, span)
          : (await access.usage.sumsBy('client', period, span)).groups;
      return sums.map((sum) => ({ client: sum.key, tokens: totalTokens(sum), costUsd: sum.cost_usd }));
    },
    log,
    now: clocks.now,
  });
}

function toBudgetedClients(tokens: Config['server']['tokens']): BudgetedClient[] {
  return tokens.map((token, index) => ({
    name: clientName(token, index),
    ...(token.budget !== undefined && { budget: token.budget }),
    usesReserve: token.uses_reserve === true,
  }));
}

/** Counts what clients use. */
export function spendingSink(budgets: Budgets, priceOf: PriceOf): JournalSink {
  return (entry) => {
    const { client, backend, tokensIn = 0, tokensOut = 0 } = entry;
    const spent = { tokens: tokensIn + tokensOut, costUsd: costOf(entry, priceOf) ?? 0 };
    budgets.spend({ ...spent, isOfPlan: backend === 'cli', ...(client !== undefined && { client }) });
  };
}

/** What was answered under another configuration of the backends, or by another version of this program, is not given. */
export function createExchangeCache(config: Config, store: CachedAnswerStore, log: Logger): ExchangeCache {
  const { claude, models, direct, fallback, cache, server } = config;
  const policies = derived(
    () => server.tokens,
    (tokens) => cachePolicies(cache, tokens),
  );
  return {
    answers: new ResponseCache({ store, maxBytes: cache.max_size, log, now: clocks.now }),
    policyOf: (caller) => policies()(caller),
    get setup() {
      return JSON.stringify([fullVersion, claude, models, direct, fallback]);
    },
  };
}

/** Sends spans and metrics to a collector, where one is configured. */
export function createTelemetry({ observe }: Config, log: Logger, metrics: Metrics): Telemetry | undefined {
  const { otlp_endpoint: endpoint, otlp_headers: headers } = observe;
  if (endpoint === undefined) return undefined;
  return new Telemetry({ endpoint, headers, version: fullVersion, metrics, log, now: clocks.now });
}
