import { toMcpName } from '../core/agent-tool-names.ts';
import type { AgentEvent, ContentBlock } from '../core/agent-engine.ts';
import { isObject } from '../core/is-object.ts';
import type { AgentLine, LineOf, RequestOf } from './agent-lines.ts';
import type { ClientCall } from './client-tools.ts';
import { clientServer } from './called-tool.ts';
import { MessageReader } from './message-reader.ts';
import { ToolCalls, type Call } from './tool-calls.ts';

/** Translates the lines of a process, in order, into what the agent does. Knows neither process nor clock. */
export class AgentReader {
  readonly #messages = new MessageReader();
  readonly #calls = new ToolCalls();
  /** Of each subagent the call that started it. */
  readonly #subagents = new Map<string, string>();

  read(line: AgentLine): AgentEvent[] {
    switch (line.type) {
      case 'stream_event':
        return line.parent_tool_use_id == null ? this.#messages.stream(line.event) : [];
      case 'assistant':
        return this.#assistant(line);
      case 'user':
        return this.#user(line);
      case 'tool_progress':
        return this.#calls.running(line.tool_use_id);
      case 'system':
        return this.#system(line);
      case 'control_request':
      case 'control_cancel_request':
      case 'control_response':
      case 'rate_limit_event':
      case 'result':
        return [];
    }
  }

  /** The CLI has begun to decide about a call. */
  begun(callId: string): void {
    this.#calls.begun(callId);
  }

  asked(callId: string, request: RequestOf<'can_use_tool'>, canAllowForSession: boolean): AgentEvent[] {
    const parentCallId = request.agent_id == null ? undefined : this.#subagents.get(request.agent_id);
    return this.#calls.asked(
      { callId, name: request.tool_name, input: request.input, parentCallId },
      canAllowForSession,
    );
  }

  custom({ callId, name, input }: ClientCall): AgentEvent[] {
    return this.#calls.custom({ callId, name: toMcpName(clientServer, name), input });
  }

  overdue(callId: string): AgentEvent[] {
    return this.#calls.overdue(callId);
  }

  /** A question that no call stands behind has been decided. */
  decided(callId: string, isAllowed: boolean): AgentEvent[] {
    return this.#calls.ended({ callId, content: [], isError: !isAllowed });
  }

  /** The turn is over: what is open ends with it. */
  flush(): AgentEvent[] {
    return [...this.#messages.flush(), ...this.#calls.flush()];
  }

  #assistant({ message, parent_tool_use_id: parent }: LineOf<'assistant'>): AgentEvent[] {
    const parentCallId = parent ?? undefined;
    const request = parentCallId === undefined ? [] : this.#messages.subagent(message);
    return [
      ...request,
      ...message.content.flatMap((block) => {
        if (block.type === 'tool_use') return this.#calls.called(toCall(block, parentCallId));
        // The agent's own were told by the events of its stream.
        return parentCallId === undefined ? [] : this.#messages.whole(block, parentCallId);
      }),
    ];
  }

  #user({ message, parent_tool_use_id: parent }: LineOf<'user'>): AgentEvent[] {
    if (typeof message.content === 'string') return [];
    return message.content.flatMap((block) => {
      if (block.type !== 'tool_result') return [];
      const { tool_use_id: callId, content, is_error: isError } = block;
      return this.#calls.ended({
        callId: String(callId),
        content: toBlocks(content),
        isError: isError === true,
        parentCallId: parent ?? undefined,
      });
    });
  }

  #system(line: LineOf<'system'>): AgentEvent[] {
    switch (line.subtype) {
      case 'status':
        return line.status === 'requesting' ? this.#messages.requested() : [];
      case 'api_retry':
        return this.#messages.retried();
      case 'compact_boundary':
        return [{ type: 'context_compacted' }];
      case 'permission_denied':
        return this.#calls.denied(line.tool_use_id);
      case 'task_started':
        if (line.tool_use_id == null) return [];
        this.#subagents.set(line.task_id, line.tool_use_id);
        return this.#calls.running(line.tool_use_id);
      case 'task_notification':
      case 'init':
        return [];
    }
  }
}

function toCall(block: Readonly<Record<string, unknown>>, parentCallId: string | undefined): Call {
  const { id, name, input } = block;
  return { callId: String(id), name: String(name), input: isObject(input) ? input : {}, parentCallId };
}

function toBlocks(content: unknown): ContentBlock[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? (content as ContentBlock[]) : [];
}
