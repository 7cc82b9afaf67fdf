import type { CalledTool } from '../../core/agent-engine.ts';

/** A call of a process that lives. */
export interface LiveCall {
  callId: string;
  eventId: string;
  kind: CalledTool['kind'];
  /** The id of the call of the subagent within which it happens. */
  parentCallId?: string;
  /** Whether it waits for a client. */
  isOpen: boolean;
}

/** The calls of a process that are not over, and its requests to the model. */
export class LiveCalls {
  readonly #calls = new Map<string, LiveCall>();
  #requests = 0;

  add(call: LiveCall): void {
    this.#calls.set(call.callId, call);
  }

  find(callId: string): LiveCall | undefined {
    return this.#calls.get(callId);
  }

  findByEvent(eventId: string): LiveCall | undefined {
    return [...this.#calls.values()].find((call) => call.eventId === eventId);
  }

  end(callId: string): void {
    this.#calls.delete(callId);
  }

  /** It was answered, or needs no answer any more: what comes next is its end. */
  close(callId: string): void {
    const call = this.#calls.get(callId);
    if (call !== undefined) call.isOpen = false;
  }

  /** Its answer could not be kept. */
  reopen(callId: string): void {
    const call = this.#calls.get(callId);
    if (call !== undefined) call.isOpen = true;
  }

  requestStarted(): void {
    this.#requests += 1;
  }

  requestEnded(): void {
    this.#requests = Math.max(0, this.#requests - 1);
  }

  /** Those that wait for a client, in the order in which they came. */
  get open(): readonly LiveCall[] {
    return [...this.#calls.values()].filter(({ isOpen }) => isOpen);
  }

  /** Whether anything goes on by itself. A subagent of which a call is open does not. */
  get isBusy(): boolean {
    if (this.#requests > 0) return true;
    const waiting = this.#ancestorsOf(this.open);
    return [...this.#calls.values()].some(({ isOpen, callId }) => !isOpen && !waiting.has(callId));
  }

  /** Nothing of a turn that is over goes on. */
  clear(): void {
    this.#calls.clear();
    this.#requests = 0;
  }

  #ancestorsOf(calls: readonly LiveCall[]): ReadonlySet<string> {
    const found = new Set<string>();
    for (const { parentCallId } of calls) {
      let ancestor = parentCallId;
      while (ancestor !== undefined && !found.has(ancestor)) {
        found.add(ancestor);
        ancestor = this.#calls.get(ancestor)?.parentCallId;
      }
    }
    return found;
  }
}
