import type { Logger } from '../core/logger.ts';
import type { Backend } from '../core/backend.ts';
import type { TurnRules } from '../core/turn-rules.ts';
import { aliased, type ModelNames } from '../messages-api/model-names.ts';
import { joinSystemMessages } from '../messages-api/system-messages.ts';
import type { ApiClient } from './api-client.ts';
import { DirectModels } from './direct-models.ts';
import { KeyState } from './key-state.ts';
import { countDirectly, createRunDirectTurn, type Admission } from './run-direct-turn.ts';
import type { SdkClientOptions } from './sdk-client.ts';

export interface ApiBackendOptions {
  apiKey: string;
  /** The variable that holds it, for the log. */
  variable: string;
  baseUrl: string;
  maxRetries: number;
  names: ModelNames;
  /** The full name behind a name of the CLI's, as far as the CLI has reported it; else the name itself. */
  resolvedName: (model: string) => string;
  admission: Admission;
  rules: TurnRules;
  log: Logger;
  now: () => number;
}

/** The Messages API itself, paid by an API key. */
export function createApiBackend(options: ApiBackendOptions): Backend {
  const { apiKey, baseUrl, maxRetries, rules, names, resolvedName, log, now } = options;
  const api = memoized(() => connect({ apiKey, baseUrl, maxRetries, timeoutMs: rules.turnTimeoutMs }));
  const models = new DirectModels({ api, names, resolvedName, log, now });
  const key = new KeyState({ variable: options.variable, log, now });

  return {
    run: createRunDirectTurn({ ...options, api, models, key }),
    readiness: () =>
      key.isRefused
        ? { ready: false, reason: 'api_key_refused', message: 'The API refuses the API key of the direct backend.' }
        : { ready: true },
    servedBy: (model) => ({ backend: 'direct', model: resolvedName(aliased(model, names) ?? model) }),
    models: () => models.list(),
    countTokens: async (conversation, turn, signal) => ({
      inputTokens: await countDirectly({ ...options, api, models }, joinSystemMessages(conversation), turn, signal),
    }),
  };
}

/** The library is large, so that it is loaded at first use. */
async function connect(options: SdkClientOptions): Promise<ApiClient> {
  const { createSdkClient } = await import('./sdk-client.ts');
  return createSdkClient(options);
}

function memoized<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
