import type { Login } from '../../admission/login.ts';
import type { PlanLimits } from '../../admission/plan-limits.ts';
import { HarnessError } from '../../core/errors.ts';
import { parseInitializeResponse } from '../../process/initialize-response.ts';
import type { CliMessage } from '../../process/stream-messages.ts';
import type { ModelCatalog } from '../model-catalog.ts';
import { initializeRequestId } from './setup.ts';

export interface CliObserverOptions {
  catalog: ModelCatalog;
  login: Login;
  planLimits: PlanLimits;
  /** Called with the version that a process names at the start of its turn. */
  onCliVersion: (version: string) => void;
}

type ControlResponse = Extract<CliMessage, { type: 'control_response' }>['response'];

/** Takes from turns what they show beyond themselves: the CLI's version and models, its login, that the plan serves. */
export class CliObserver {
  readonly #options: CliObserverOptions;

  constructor(options: CliObserverOptions) {
    this.#options = options;
  }

  /** A line of a process of `model`. Throws `CLI_PROTOCOL` where the CLI has refused a part of the setup. */
  message(message: CliMessage, model: string): void {
    const { onCliVersion } = this.#options;
    if (message.type === 'system' && message.subtype === 'init' && message.claude_code_version) {
      onCliVersion(message.claude_code_version);
    }
    if (message.type === 'control_response') this.#controlResponse(message.response, model);
  }

  /** The model has begun to answer. */
  answered(model: string): void {
    const { catalog, login, planLimits } = this.#options;
    planLimits.answered(catalog.resolvedName(model));
    login.answered();
  }

  failed(error: unknown): void {
    if (error instanceof HarnessError && error.code === 'NOT_LOGGED_IN') this.#options.login.refused();
  }

  #controlResponse({ request_id: requestId, subtype, response, error }: ControlResponse, model: string): void {
    if (subtype === 'error') {
      throw new HarnessError('CLI_PROTOCOL', `The claude CLI refused ${requestId}: ${error ?? 'no reason given'}.`);
    }
    if (requestId === initializeRequestId) this.#options.catalog.update(parseInitializeResponse(response) ?? [], model);
  }
}
