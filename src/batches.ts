import type { Backends } from './backends.ts';
import { clocks } from './clocks.ts';
import type { Config } from './config/schema.ts';
import type { Logger } from './core/logger.ts';
import { Exchange, type ExchangeOptions } from './exchange/exchange.ts';
import { Unattended } from './exchange/unattended.ts';
import { createBatches, type BatchEngine } from './feature/batches/create-batches.ts';
import type { FinishBatch } from './feature/batches/batch-context.ts';
import { parseOpenHours } from './feature/batches/open-hours.ts';
import type { AppOptions } from './http/app.ts';
import { endpoints } from './http/routes/table.ts';
import type { Stores } from './stores.ts';
import { derived } from './util/derived.ts';
import { newIdOf } from './util/new-id.ts';
import { isGone, processIdentity } from './util/process-identity.ts';

type Asking = Pick<AppOptions, 'backend' | 'budgets' | 'usesPlan' | 'agentModels'> &
  Omit<ExchangeOptions, 'run' | 'servedBy' | 'admit'>;

/** What answers requests that came earlier: as HTTP does under `/v1`. */
export function createUnattended(options: Asking): Unattended {
  const { backend, budgets, usesPlan, agentModels } = options;
  const exchange = new Exchange({
    ...options,
    run: backend.run,
    servedBy: backend.servedBy,
    admit: (client, model) => {
      budgets.admit(client, usesPlan(model));
    },
  });
  const isAgent = (model: unknown): boolean => agentModels?.find(model) !== undefined;
  return new Unattended({ ...options, exchange, endpoints, isAgent, ticks: clocks.ticks });
}

export interface BatchesParts {
  config: Config;
  log: Logger;
  state: Pick<Stores, 'work' | 'windows'>;
  backends: Backends;
  budgets: AppOptions['budgets'];
  unattended: Unattended;
  finish?: FinishBatch;
}

/** The engine of batches, as it is configured. */
export function createBatchEngine({
  config,
  log,
  state,
  backends,
  budgets,
  unattended,
  finish,
}: BatchesParts): BatchEngine {
  const { server, models } = config;
  const { concurrency, pause_above: pauseAbove, hours, keep: keepMs, webhook, webhook_secret: secret } = config.batches;
  const { max_requests: maxRequests, max_size: maxSize, allow_metadata_webhook: allowsOwn } = config.batches;
  const { cli, isServedDirectly } = backends;
  const { logins } = cli;
  const usesPlan = (model: string): boolean => !isServedDirectly(model);
  const hashes = derived(
    () => server.tokens,
    (tokens) => new Set<string | undefined>(tokens.map(({ hash }) => hash)),
  );
  const { windows } = state;
  const isOfManyMachines = config.state.url !== undefined && config.files.shared;
  const engine = createBatches({
    ...{ state: state.work, log, now: clocks.now, newId: newIdOf(server.instance) },
    ...{ concurrency, keepMs, limits: { maxRequests, maxSize } },
    answer: (question, signal) => unattended.answer(question, signal),
    ...(finish !== undefined && { finish }),
    pacing: {
      ...{ plan: windows, pauseAbove, usesPlan, defaultModel: () => models.default },
      ...(logins !== undefined && { logins: () => logins.report() }),
      ...(hours !== undefined && { hours: parseOpenHours(hours) }),
      readiness: () => cli.readiness(),
      fullName: (model) => fullNameOf(backends, model),
      admit: (client, model) => {
        budgets.admit(client, usesPlan(model));
      },
    },
    webhook: { allowsOwn, ...(webhook !== undefined && { url: webhook }), ...(secret !== undefined && { secret }) },
    // A token that was taken away pays for nothing any more.
    accepts: (caller) => hashes().size === 0 || hashes().has(caller),
    ...{ serviceId: processIdentity(), isGone },
    // Clocks of several machines differ, and their database may be away for a while.
    leaseMs: isOfManyMachines ? 30_000 : 10_000,
  });
  windows.onNote(() => {
    engine.runner.wake();
  });
  return engine;
}

function fullNameOf({ cli }: Backends, model: string): string {
  try {
    return cli.servedBy(model).model;
  } catch {
    // Nobody serves it, which its requests are told when they are asked.
    return model;
  }
}
