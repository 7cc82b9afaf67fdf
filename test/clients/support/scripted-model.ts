import { apiErrors } from '../../../src/stand-in/api-errors.ts';
import type { Behaviour, BehaviourSource } from '../../../src/stand-in/behaviour.ts';
import type { RecordedRequest } from '../../../src/stand-in/exchange.ts';
import { upstreamBody } from '../../support/upstream.ts';

export interface Call {
  /** By the name that the client has given it. */
  tool: string;
  input: Record<string, unknown>;
}

/** A model that makes one call after the other, and answers when it has the results of all. */
export function callThenAnswer(calls: readonly Call[], answer: string): BehaviourSource {
  return (request): Behaviour => {
    // Clients also ask for a title of the conversation, without tools.
    if (offeredTools(request).length === 0) return { kind: 'answer', text: 'A title' };
    const call = calls[toolResults(request).length];
    if (call === undefined) return { kind: 'answer', text: answer };
    const name = `mcp__client__${call.tool}`;
    if (!offeredTools(request).includes(name)) {
      return apiErrors.invalidRequest(`${call.tool} is not among ${offeredTools(request).join(', ')}`);
    }
    return { kind: 'answer', toolUses: [{ name, input: call.input }] };
  };
}

/** The results of the calls that a request has, oldest first, each as JSON. */
export function toolResults(request: RecordedRequest | undefined): string[] {
  return upstreamBody(request)
    .messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content))
    .filter(({ type }) => type === 'tool_result')
    .map(({ content }) => JSON.stringify(content));
}

function offeredTools(request: RecordedRequest): string[] {
  return (upstreamBody(request).tools ?? []).map(({ name }) => name);
}
