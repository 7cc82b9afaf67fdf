import type { Backend, ModelInfo, Readiness } from '../core/backend.ts';
import type { ErrorCode } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { isReasonToFallBack, withFallback } from './with-fallback.ts';

export interface SelectOptions {
  /** Whether a model is never asked through the CLI. */
  isServedDirectly: (requested: string) => boolean;
  /** Whether the direct backend takes over where the CLI cannot answer. */
  fallsBack: boolean;
  log: Logger;
  /** Called for each turn that changes over. */
  onFallback: (reason: ErrorCode) => void;
}

/** The CLI, with the direct backend for the models that are its own, and where the CLI cannot answer. */
export function selectBackend(cli: Backend, direct: Backend, options: SelectOptions): Backend {
  const { isServedDirectly, fallsBack } = options;
  const runThroughCli = fallsBack ? withFallback(cli.run, direct.run, options) : cli.run;

  return {
    run: (conversation, turn, signal) =>
      (isServedDirectly(turn.model) ? direct.run : runThroughCli)(conversation, turn, signal),
    servedBy: (model) => (isServedDirectly(model) ? direct : cli).servedBy(model),
    readiness: () => (fallsBack ? readinessOf(cli.readiness(), direct.readiness()) : cli.readiness()),
    models: () => modelsOf(cli, direct, options),
    async countTokens(conversation, turn, signal) {
      if (isServedDirectly(turn.model)) return direct.countTokens(conversation, turn, signal);
      try {
        return await cli.countTokens(conversation, turn, signal);
      } catch (error) {
        if (!fallsBack || signal.aborted || !isReasonToFallBack(error)) throw error;
        return direct.countTokens(conversation, turn, signal);
      }
    },
  };
}

/** Those of the CLI and those of the direct backend, which describes what it serves. */
async function modelsOf(cli: Backend, direct: Backend, options: SelectOptions): Promise<ModelInfo[]> {
  const models = new Map((await cli.models()).map((model) => [model.id, model]));
  for (const model of await servedDirectly(direct, options)) models.set(model.id, model);
  return [...models.values()];
}

/** A list that lacks them is better than none. */
async function servedDirectly(direct: Backend, { isServedDirectly, log }: SelectOptions): Promise<ModelInfo[]> {
  try {
    return (await direct.models()).filter(({ id }) => isServedDirectly(id));
  } catch (error) {
    log.debug('the models of the direct backend could not be asked for', { error });
    return [];
  }
}

/** What the CLI lacks in these cases, the direct backend does not need. */
const coverable: ReadonlySet<string> = new Set(['cli_missing', 'not_logged_in', 'rate_limited']);

function readinessOf(cli: Readiness, direct: Readiness): Readiness {
  if (cli.ready || !direct.ready || !coverable.has(cli.reason)) return cli;
  return {
    ready: true,
    notice: `${cli.message} Requests go to the API directly meanwhile, billed to the API key (fallback: direct).`,
  };
}
