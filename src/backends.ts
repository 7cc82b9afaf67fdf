import { createCliBackend, type CliBackend } from './backend/cli.ts';
import type { NamedLogin } from './backend/cli-login.ts';
import { createDirectBackend, type DirectBackend } from './backend/direct.ts';
import { createLoginsBackend } from './backend/logins/logins-backend.ts';
import { selectBackend } from './backend/select.ts';
import { createServedDirectly } from './backend/served-directly.ts';
import type { ApiDouble } from './cli/contract/api-double.ts';
import { clocks } from './clocks.ts';
import type { Config } from './config/schema.ts';
import type { Backend, RunTurn } from './core/backend.ts';
import { countsFor, isUsedTo, windowsOf } from './core/counting-windows.ts';
import { HarnessError } from './core/errors.ts';
import type { HealthReport } from './core/health.ts';
import type { Logger } from './core/logger.ts';
import type { PlanWindow } from './core/plan-windows.ts';
import type { Alerts } from './feature/alerts/alerts.ts';
import type { Budgets } from './feature/budgets/budgets.ts';
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

/** What backends need of the rest of the program. */
export interface BackendsSurroundings extends Pick<Stores, 'verdicts' | 'windows'> {
  alerts: Alerts;
  budgets: Pick<Budgets, 'admitTo'>;
  /** Several logins of the CLI; none where it has but one. */
  logins: readonly NamedLogin[];
}

export function createBackends(
  config: Config,
  log: Logger,
  token: TokenCredential | undefined,
  metrics: Metrics,
  surroundings: BackendsSurroundings,
): Backends {
  const { models, fallback } = config;
  const { ticks } = clocks;
  const names: ModelNames = models;
  const cli = createCli(config, log, token, names, surroundings);
  const resolvedName = (model: string): string => cli.resolvedName(model);
  const direct = createDirectBackend({ config, log, environment: ownEnvironment(), names, resolvedName, ticks });
  if (direct === undefined) return { cli, direct, usual: cli, isServedDirectly: () => false };
  const isServedDirectly = createServedDirectly(
    () => models.direct,
    (requested) => {
      const name = aliased(requested, names) ?? requested;
      return [requested, name, resolvedName(name)];
    },
  );
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

function createCli(
  config: Config,
  log: Logger,
  token: TokenCredential | undefined,
  names: ModelNames,
  { verdicts, windows, alerts, budgets, logins }: BackendsSurroundings,
): CliBackend {
  const options = {
    ...{ config, log, names, startApi, verdicts, ...clocks },
    onPlanWindows: windows.note,
    ...(token !== undefined && { token }),
  };
  if (logins.length === 0) return createCliBackend({ ...options, onLoginChange: alerts.noteLogin });
  const { pause_above: pauseAbove } = config.batches;
  return createLoginsBackend({
    ...{ ...options, logins, windows },
    admit: (login, { priority, client }, model) => {
      if (priority === 'idle') requireLeft(windowsOf(windows, login), model, pauseAbove);
      budgets.admitTo(login, client);
    },
    onLoginChange: (isMissing, { name }) => {
      alerts.noteLogin(isMissing, name);
    },
  });
}

/** Throws `BUDGET_EXCEEDED` where more of a plan is used than is for batches. */
function requireLeft(windows: readonly PlanWindow[], model: string, pauseAbove: number): void {
  const used = windows.find((window) => countsFor(window, model) && isUsedTo(window, pauseAbove));
  if (used === undefined) return;
  const message = `The rest of the Claude plan's ${used.type} window is not for batches (batches.pause_above).`;
  throw new HarnessError('BUDGET_EXCEEDED', message, used.resetsAt === undefined ? {} : { resetsAt: used.resetsAt });
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
      canSignIn: cli.controls.canSignIn,
      ...(cli.logins !== undefined && { logins: cli.logins.report() }),
      ...(report !== undefined && { tunnel: report }),
    };
  };
}

/** Loaded at its first use: most starts find the CLI unchanged. */
async function startApi(): Promise<ApiDouble> {
  const { startStandIn } = await import('./stand-in/stand-in.ts');
  return startStandIn();
}
