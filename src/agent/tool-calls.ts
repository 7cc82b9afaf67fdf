import type { AgentEvent, ContentBlock, EvaluatedPermission } from '../core/agent-engine.ts';
import { calledTool } from './called-tool.ts';

type Called = Extract<AgentEvent, { type: 'tool_called' }>;

export interface Call {
  callId: string;
  /** The CLI's name of the tool. */
  name: string;
  input: Readonly<Record<string, unknown>>;
  parentCallId?: string | undefined;
}

export interface CallResult {
  callId: string;
  content: readonly ContentBlock[];
  isError: boolean;
  parentCallId?: string | undefined;
}

/**
 * The calls of a process. A call is held back until it is known what was decided about it: the CLI tells that it asks, or
 * that it refuses, but not that it lets a call run. Its hook comes before it decides, calls that must not run at once wait
 * for each other without a sign, and the result comes last. Whatever happens, a call precedes its result.
 */
export class ToolCalls {
  readonly #held = new Map<string, Call>();
  /** Of which the CLI has begun to decide; its hook may come before the call itself (subagents). */
  readonly #begun = new Set<string>();
  readonly #told = new Set<string>();

  /** The model has called a tool. */
  called(call: Call): AgentEvent[] {
    if (!this.#told.has(call.callId)) this.#held.set(call.callId, call);
    return [];
  }

  /** The CLI has begun to decide about a call. */
  begun(callId: string): void {
    this.#begun.add(callId);
  }

  /** Somebody is asked. The call itself may not have come yet, and what a sandbox asks is about no call at all. */
  asked(call: Call, canAllowForSession: boolean): AgentEvent[] {
    const held = this.#held.get(call.callId);
    return this.#tell(
      { ...call, parentCallId: held?.parentCallId ?? call.parentCallId },
      { permission: 'ask', canAllowForSession },
    );
  }

  denied(callId: string): AgentEvent[] {
    return this.#tellHeld(callId, 'deny');
  }

  /** There is a sign that it runs. */
  running(callId: string): AgentEvent[] {
    return this.#tellHeld(callId, 'allow');
  }

  /** The client is to run it. */
  custom(call: Call): AgentEvent[] {
    const held = this.#held.get(call.callId);
    return this.#told.has(call.callId) ? [] : this.#tell(held ?? call, {});
  }

  /** There has been no sign for as long as one takes: it runs, in all likelihood. */
  overdue(callId: string): AgentEvent[] {
    return this.#tellHeld(callId, undefined);
  }

  ended({ callId, content, isError, parentCallId }: CallResult): AgentEvent[] {
    // A call that was refused for its input, or for its name, was never decided about.
    const permission = this.#begun.has(callId) || !isError ? 'allow' : undefined;
    const called = this.#tellHeld(callId, permission);
    if (!this.#told.delete(callId)) return [];
    this.#begun.delete(callId);
    return [...called, { type: 'tool_ended', callId, content, isError, ...(parentCallId != null && { parentCallId }) }];
  }

  /** The turn is over: nothing more is to come of the calls that are held. */
  flush(): AgentEvent[] {
    return [...this.#held.keys()].flatMap((callId) => this.#tellHeld(callId, undefined));
  }

  #tellHeld(callId: string, permission: EvaluatedPermission | undefined): AgentEvent[] {
    const call = this.#held.get(callId);
    return call === undefined ? [] : this.#tell(call, permission === undefined ? {} : { permission });
  }

  #tell(
    { callId, name, input, parentCallId }: Call,
    decided: Pick<Called, 'permission' | 'canAllowForSession'>,
  ): AgentEvent[] {
    this.#held.delete(callId);
    this.#told.add(callId);
    const tool = calledTool(name);
    const { permission, ...more } = decided;
    return [
      {
        type: 'tool_called',
        callId,
        tool,
        input,
        ...(permission !== undefined && (tool.kind !== 'custom' || permission === 'deny') && { permission }),
        ...more,
        ...(parentCallId != null && { parentCallId }),
      },
    ];
  }
}
