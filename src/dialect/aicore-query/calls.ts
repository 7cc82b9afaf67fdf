import { toCliName, toMcpName } from '../../core/agent-tool-names.ts';
import type { SessionEvent } from '../../core/session-event.ts';
import type { RawCall } from './raw-messages.ts';

type Called = Extract<SessionEvent, { type: 'agent.tool_use' | 'agent.mcp_tool_use' | 'agent.custom_tool_use' }>;

interface OpenCall extends RawCall {
  /** Whether it was told without a decision, so that it may be told again, with a question. */
  isUndecided: boolean;
}

/** The calls of a query, under the ids by which its client knows them. */
export class Calls {
  /** By the ids of the events that tell of them; of two that tell of one call, both. */
  readonly #open = new Map<string, OpenCall>();

  /** The call, unless it was told of before. */
  add(event: Called): RawCall | undefined {
    const { id, input } = event;
    const name = toName(event);
    const isAskedLate = 'evaluated_permission' in event && event.evaluated_permission === 'ask';
    const known = isAskedLate ? this.#undecided(name, input) : undefined;
    const call = known ?? { id, name, input, isUndecided: !('evaluated_permission' in event) };
    if (known !== undefined) known.isUndecided = false;
    this.#open.set(id, call);
    return known === undefined ? { id, name, input } : undefined;
  }

  /** The id under which its client knows a call that is over. */
  end(eventId: string): string {
    const call = this.#open.get(eventId);
    this.#open.delete(eventId);
    return call?.id ?? eventId;
  }

  #undecided(name: string, input: object): OpenCall | undefined {
    const json = JSON.stringify(input);
    return [...this.#open.values()].find(
      (call) => call.isUndecided && call.name === name && JSON.stringify(call.input) === json,
    );
  }
}

function toName(event: Called): string {
  switch (event.type) {
    case 'agent.tool_use':
      return toCliName(event.name);
    case 'agent.mcp_tool_use':
      return toMcpName(event.mcp_server_name, event.name);
    case 'agent.custom_tool_use':
      return event.name;
  }
}
