import { HarnessError } from '../core/errors.ts';
import type { CliProcess } from '../process/cli-process.ts';
import { createDeferred, type Deferred } from '../util/deferred.ts';
import type { LineOf } from './agent-lines.ts';

type Response = LineOf<'control_response'>['response'];

/** Requests to a process, and the responses to its own. */
export class ControlChannel {
  readonly #cli: Pick<CliProcess, 'send'>;
  readonly #waiting = new Map<string, Deferred<Response>>();
  #next = 0;

  constructor(cli: Pick<CliProcess, 'send'>) {
    this.#cli = cli;
  }

  /** What the CLI responds. Throws `CLI_PROTOCOL` where it refuses. Never settles where the process ends before. */
  async request(request: { subtype: string; [field: string]: unknown }): Promise<unknown> {
    const requestId = `agent-${this.#next++}`;
    const response = createDeferred<Response>();
    this.#waiting.set(requestId, response);
    await this.#cli.send([{ type: 'control_request', request_id: requestId, request }]);
    const { subtype, error, response: value } = await response.promise;
    if (subtype === 'success') return value;
    throw new HarnessError('CLI_PROTOCOL', `The claude CLI refused ${request.subtype}: ${error ?? 'no reason given'}.`);
  }

  /** A response has come. */
  settle(response: Response): void {
    this.#waiting.get(response.request_id)?.resolve(response);
    this.#waiting.delete(response.request_id);
  }

  respond(requestId: string, response: object): Promise<void> {
    return this.#respond({ subtype: 'success', request_id: requestId, response });
  }

  refuse(requestId: string, error: string): Promise<void> {
    return this.#respond({ subtype: 'error', request_id: requestId, error });
  }

  #respond(response: object): Promise<void> {
    return this.#cli.send([{ type: 'control_response', response }]);
  }
}
