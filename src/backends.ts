import { createCliBackend, type CliBackend } from './backend/cli.ts';
import { createDirectBackend, type DirectBackend } from './backend/direct.ts';
import { selectBackend } from './backend/select.ts';
import { createServedDirectly } from './backend/served-directly.ts';
import type { ApiDouble } from './cli/contract/api-double.ts';
import { clocks } from './clocks.ts';
import type { Config } from './config/schema.ts';
import type { Backend, RunTurn } from './core/backend.ts';
import type { HealthReport } from './core/health.ts';
import type { Logger } from './core/logger.ts';
import type { Alerts } from './feature/alerts/alerts.ts';
import type { AppOptions } from './http/app.ts';
import { aliased, type ModelNames } from './messages-api/model-names.ts';
import type { Metrics } from './observe/metrics/metrics.ts';
import { ownEnvironment } from './process/environment.ts';
import type { Stores } from './stores.ts';
import type { TokenCredential } from './systemd/credential.ts';
import { withAnswerChecks } from './turn/answer-checks.ts';
import { withStopSequences } from './turn/stop-sequences.ts';
import { createThinkingMemory, withThinkingMemory } from './turn/thinking-memory.ts';
import { fullVersion } from './util/version.ts';

/** What answers turns. */
export interface Backends {
  cli: CliBackend;
  /** Absent where it is not configured. */
  direct: DirectBackend | undefined;
  /** What answers where nobody asks for the direct one: the CLI, beside it the direct one where that is configured. */
  usual: Backend;
  /** Whether a model is never asked through the CLI. */
  isServedDirectly: (model: string) => boolean;
}

export function createBackends(
  config: Config,
  log: Logger,
  token: TokenCredential | undefined,
  metrics: Metrics,
  { verdicts, windows, alerts }: Pick<Stores, 'verdicts' | 'windows'> & { alerts: Alerts },
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

/** The backends with what holds for any turn around their own: one memory of thinking, since signatures are the API's. */
export function withWholeTurns({ usual, direct }: Backends): Pick<AppOptions, 'backend' | 'direct'> {
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

/** What `/health` tells of them. */
export function createHealth({ cli, direct }: Backends, tunnel: () => HealthReport['tunnel']): () => HealthReport {
  const startedAt = clocks.ticks();
  return () => {
    const report = tunnel();
    return {
      uptimeSeconds: Math.round((clocks.ticks() - startedAt) / 1000),
      version: fullVersion,
      cli: cli.cli,
      activeTurns: cli.turns.active + (direct?.turns.active ?? 0),
      queuedTurns: cli.turns.queued + (direct?.turns.queued ?? 0),
      warmProcesses: cli.warmProcesses,
      ...(report !== undefined && { tunnel: report }),
    };
  };
}

/** Loaded at its first use: most starts find the CLI unchanged. */
async function startApi(): Promise<ApiDouble> {
  const { startStandIn } = await import('./stand-in/stand-in.ts');
  return startStandIn();
}
