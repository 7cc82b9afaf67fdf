import type { TurnQueue } from '../admission/turn-queue.ts';
import { readDirectKey } from '../config/direct-key.ts';
import type { Config } from '../config/schema.ts';
import type { Backend } from '../core/backend.ts';
import type { Logger } from '../core/logger.ts';
import { createApiBackend } from '../direct/api-backend.ts';
import { aliased, type ModelNames } from '../messages-api/model-names.ts';
import { withContinuation } from '../turn/continued-answer.ts';
import { withModelKeys, withRenamedKeys } from '../turn/renamed-keys.ts';
import { withLearnedRefusals } from '../turn/learned-refusals.ts';
import { createTurnQueue } from './turn-queue.ts';
import { createTurnRules } from './turn-rules.ts';

export interface DirectBackendOptions {
  config: Config;
  log: Logger;
  environment: NodeJS.ProcessEnv;
  names: ModelNames;
  /** The full name behind a name of the CLI's, as far as the CLI has reported it; else the name itself. */
  resolvedName: (model: string) => string;
  /** For lengths of time, in ms. */
  ticks: () => number;
}

/** Answers from the Messages API itself, with a queue of its own. */
export interface DirectBackend extends Backend {
  readonly turns: TurnQueue;
}

/** `undefined` where it is not configured. Throws `ConfigError` when the configured variable holds no API key. */
export function createDirectBackend(options: DirectBackendOptions): DirectBackend | undefined {
  const { config, environment, log, names, resolvedName, ticks } = options;
  const { direct } = config;
  const apiKey = readDirectKey(config, environment);
  if (apiKey === undefined) return undefined;
  const turns = createTurnQueue(config);
  const rules = createTurnRules(config);
  const backend = createApiBackend({
    apiKey,
    variable: direct.api_key_env ?? '',
    baseUrl: direct.base_url,
    maxRetries: direct.max_retries,
    names,
    resolvedName,
    admission: turns,
    rules,
    log,
    now: ticks,
  });
  const run = withLearnedRefusals(withContinuation(withRenamedKeys(backend.run)), {
    fullName: (model) => resolvedName(aliased(model, names) ?? model),
    rules,
    log,
  });
  const countTokens: Backend['countTokens'] = (conversation, turn, signal) =>
    backend.countTokens(withModelKeys(conversation), turn, signal);
  return { ...backend, run, countTokens, turns };
}
