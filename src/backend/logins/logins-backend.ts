import type { Backend } from '../../core/backend.ts';
import { HarnessError } from '../../core/errors.ts';
import type { LoginReport } from '../../core/health.ts';
import type { OwnerControls } from '../../core/owner-controls.ts';
import type { TurnOptions } from '../../core/turn-options.ts';
import type { CliBackend } from '../cli.ts';
import { ConversationLogins } from './conversation-logins.ts';
import { LoginSet, type Login, type LoginSetOptions } from './login-set.ts';
import { isReasonToMoveOn, refusedByAll } from './move-on.ts';
import { PlanUsage } from './plan-usage.ts';
import { readinessOfLogins } from './readiness-of-logins.ts';
import { runWithLogins } from './run-with-logins.ts';
import { sumFigures } from './sum-figures.ts';

export interface LoginsBackendOptions extends LoginSetOptions {
  /** Throws `BUDGET_EXCEEDED` where what is left of a login's plan is not for this turn; `model`: its full name. */
  admit: (login: string, turn: TurnOptions, model: string) => void;
}

/**
 * Answers through one installed CLI with several logins. Turns go to the best of them (`chooseLogins`); agents stay with the
 * first, in whose folder the CLI keeps their sessions.
 */
export function createLoginsBackend(options: LoginsBackendOptions): CliBackend {
  const logins = new LoginSet(options);
  const { all, first, shared, shares } = logins;
  const backends = all.map(({ backend }) => backend);
  const askable = all.map(({ name, backend }) => ({ name, ask: () => backend.planUsage() }));
  const usage = new PlanUsage(askable, options.ticks);

  return {
    run: runWithLogins({
      order: (model, last) => logins.order(model, last),
      admit: (login, turn) => {
        options.admit(login, turn, first.backend.servedBy(turn.model).model);
      },
      onUse: (login) => {
        shares.used(login);
      },
      conversations: new ConversationLogins(options.ticks),
      queue: shared.queue,
      log: options.log,
    }),
    turns: shared.queue,
    get warmProcesses() {
      return backends.reduce((sum, { warmProcesses }) => sum + warmProcesses, 0);
    },
    get poolFigures() {
      return sumFigures(backends.map(({ poolFigures }) => poolFigures));
    },
    get cli() {
      return first.backend.cli;
    },
    readiness: () => readinessOfLogins(report(all)),
    servedBy: (model) => first.backend.servedBy(model),
    models: () => logins.best.backend.models(),
    countTokens: countTokensWith(logins),
    resolvedName: (model) => first.backend.resolvedName(model),
    resolveModel: (requested) => first.backend.resolveModel(requested),
    controls: controlsOfAll(all, first.backend.controls),
    logins: {
      report: () => report(all),
      serves: (name) => all.some((login) => login.name === name && login.backend.readiness().ready),
      controlsOf: (name) => controlsNamed(all, name),
    },
    planUsage: () => usage.ask(),
    isResponsive: () => backends.every((backend) => backend.isResponsive()),
    start() {
      for (const backend of backends) backend.start();
    },
    createAgentEngine: (choices) => first.backend.createAgentEngine(choices),
    async settle() {
      await Promise.all(backends.map((backend) => backend.settle()));
    },
    drain() {
      for (const backend of backends) backend.drain();
    },
    async stop() {
      await Promise.all(backends.map((backend) => backend.stop()));
      await shared.folders.remove();
    },
  };
}

function report(logins: readonly Login[]): LoginReport[] {
  return logins.map(({ name, backend }) => ({
    ...{ name, readiness: backend.readiness(), canSignIn: backend.controls.canSignIn },
  }));
}

function countTokensWith(logins: LoginSet): Backend['countTokens'] {
  return async (conversation, turn, signal) => {
    const refusals: HarnessError[] = [];
    for (const { backend } of logins.order(turn.model)) {
      try {
        return await backend.countTokens(conversation, turn, signal);
      } catch (error) {
        if (signal.aborted || !isReasonToMoveOn(error)) throw error;
        refusals.push(error);
      }
    }
    throw refusedByAll(refusals);
  };
}

/** The first login's, with the processes of all. */
function controlsOfAll(logins: readonly Login[], first: OwnerControls): OwnerControls {
  return {
    ...first,
    processes: () =>
      logins.flatMap(({ name, backend }) => backend.controls.processes().map((each) => ({ ...each, login: name }))),
  };
}

function controlsNamed(logins: readonly Login[], name: string): OwnerControls {
  const login = logins.find((each) => each.name === name);
  if (login !== undefined) return login.backend.controls;
  const names = logins.map((each) => each.name).join(', ');
  throw new HarnessError('INVALID_REQUEST', `login: expected one of ${names}.`, { param: 'login' });
}
