import { askPermission, type Terminal } from './ask.ts';
import { describeCall } from './describe-call.ts';
import type { PermissionEvent, PermissionRequest } from './permission-stream.ts';
import { RefusedError } from '../ask-service.ts';
import type { SessionsClient } from './sessions-client.ts';
import { withoutControls } from './without-controls.ts';

/** A key that was meant for a request that has just gone must not answer the next one. */
const pauseMs = 1000;

export interface PermissionPromptsOptions {
  client: SessionsClient;
  terminal: Terminal;
  print: (text: string) => void;
  wait: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** Aborted when the person leaves. */
  leaving: AbortController;
}

/** What agents ask for, put to the person one at a time. */
export class PermissionPrompts {
  readonly #options: PermissionPromptsOptions;
  /** Aborted, with why, when a request needs no answer any more. */
  readonly #open = new Map<string, AbortController>();
  #asking: Promise<void> = Promise.resolve();

  constructor(options: PermissionPromptsOptions) {
    this.#options = options;
  }

  take(event: PermissionEvent): void {
    switch (event.type) {
      case 'connected':
        for (const id of this.#open.keys()) void this.#check(id);
        return;
      case 'permission_request':
        this.#ask(event);
        return;
      case 'permission_resolved':
        this.#close(event.request_id, 'answered elsewhere');
        return;
      case 'permission_expired':
        this.#close(event.request_id, 'no longer asked');
    }
  }

  /** What was settled while there was no connection is not told any more. */
  async #check(id: string): Promise<void> {
    try {
      if ((await this.#options.client.permissionStatus(id)) !== 'pending') this.#close(id, 'answered elsewhere');
    } catch (error) {
      if (error instanceof RefusedError && !error.isPassing) this.#close(id, 'no longer asked');
      else this.#options.print(`${messageOf(error)}\n`);
    }
  }

  #close(id: string, why: string): void {
    this.#open.get(id)?.abort(why);
    this.#open.delete(id);
  }

  #ask(request: PermissionRequest): void {
    const id = request.request_id;
    if (this.#open.has(id)) return;
    const gone = new AbortController();
    this.#open.set(id, gone);
    const { print, leaving } = this.#options;
    this.#asking = this.#asking
      .then(() => (gone.signal.aborted || leaving.signal.aborted ? undefined : this.#settle(request, gone.signal)))
      .catch((error: unknown) => {
        if (!leaving.signal.aborted) print(`${messageOf(error)}\n`);
      });
  }

  async #settle(request: PermissionRequest, gone: AbortSignal): Promise<void> {
    const { client, terminal, print, wait, leaving } = this.#options;
    const answer = await askPermission(describe(request), terminal, AbortSignal.any([gone, leaving.signal]));
    // The prompt has paused it; what is typed in between is for nobody.
    terminal.input.resume();
    if (answer === undefined) {
      if (gone.aborted) await wait(pauseMs, leaving.signal);
      else leaving.abort();
      return;
    }
    try {
      const allowed = answer !== 'no';
      await client.respond(request.request_id, { allowed, ...(answer === 'always' && { for_session: true }) });
    } catch (error) {
      print(`${messageOf(error)}\n`);
      if (error instanceof RefusedError && !error.isPassing) return;
      this.#open.delete(request.request_id);
      if (!gone.aborted) this.#ask(request);
    }
  }
}

function describe({ agent, session_id: session, tool_name: tool, tool_input: input }: PermissionRequest): string {
  return withoutControls(`${agent}, in session ${session}, asks for\n${describeCall(tool, input)}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
