import type { Backend, ModelInfo, Readiness } from '../core/backend.ts';
import type { ErrorCode } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { isReasonToFallBack, withFallback } from './with-fallback.ts';

export interface BesideCliOptions {
  /** Whether a model is never asked through the CLI. */
  isServedDirectly: (requested: string) => boolean;
  /** Whether the direct way takes over where the CLI cannot answer. */
  fallsBack: boolean;
  log: Logger;
  /** Called for each turn that changes over. */
  onFallback: (reason: ErrorCode) => void;
}

/** The CLI's way, with the direct one for the models that are its own, and where the CLI cannot. */
export function besideCli(cli: Backend, direct: Backend, options: BesideCliOptions): Backend {
  const { isServedDirectly, fallsBack, log } = options;
  const runThroughCli = fallsBack ? withFallback(cli.run, direct.run, options) : cli.run;

  return {
    run: (conversation, turn, signal) =>
      (isServedDirectly(turn.model) ? direct.run : runThroughCli)(conversation, turn, signal),
    readiness: () => (fallsBack ? readinessOf(cli.readiness(), direct.readiness()) : cli.readiness()),
    async models() {
      const models = await cli.models();
      const known = new Set(models.map(({ id }) => id));
      return [...models, ...(await ownModels()).filter(({ id }) => !known.has(id))];
    },
    contextWindow: (model) => (isServedDirectly(model) ? direct : cli).contextWindow(model),
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

  /** A list that lacks them is better than none. */
  async function ownModels(): Promise<ModelInfo[]> {
    try {
      return (await direct.models()).filter(({ id }) => isServedDirectly(id));
    } catch (error) {
      log.debug('the models of the direct backend could not be asked for', { error });
      return [];
    }
  }
}

/** What the CLI lacks then, the direct way does not need. */
const coverable: ReadonlySet<string> = new Set(['cli_missing', 'not_logged_in', 'rate_limited']);

function readinessOf(cli: Readiness, direct: Readiness): Readiness {
  if (cli.ready || !direct.ready || !coverable.has(cli.reason)) return cli;
  return {
    ready: true,
    notice: `${cli.message} Requests go to the API directly meanwhile, billed to the API key (fallback: direct).`,
  };
}
