import type { CustomToolResult } from '../core/agent-engine.ts';
import type { CustomTool } from '../core/agent.ts';
import { isObject } from '../core/is-object.ts';
import type { RequestOf } from './agent-lines.ts';

type Message = RequestOf<'mcp_message'>['message'];

export interface ClientCall {
  callId: string;
  name: string;
  input: Readonly<Record<string, unknown>>;
}

interface OpenCall {
  requestId: string;
  messageId: Message['id'];
}

export type ServerAnswer =
  | { type: 'reply'; response: object }
  /** The client is to run it; `answer` gives the response. */
  | { type: 'call'; call: ClientCall };

/** The server of the client's own tools, as which the harness answers the CLI (MCP over control requests). */
export class ClientTools {
  readonly #tools: readonly CustomTool[];
  readonly #open = new Map<string, OpenCall>();

  constructor(tools: readonly CustomTool[]) {
    this.#tools = tools;
  }

  get callIds(): string[] {
    return [...this.#open.keys()];
  }

  receive(requestId: string, message: Message): ServerAnswer {
    switch (message.method) {
      case 'initialize':
        return result(message, {
          protocolVersion: message.params?.['protocolVersion'],
          capabilities: { tools: {} },
          serverInfo: { name: 'client', version: '1' },
        });
      case 'tools/list':
        return result(message, { tools: this.#tools.map(toMcpTool) });
      case 'tools/call':
        return this.#call(requestId, message);
      case 'notifications/cancelled':
        this.#cancel(message.params?.['requestId']);
        return result(message, {});
      case undefined:
      default:
        return result(message, {});
    }
  }

  /** The response that the result is, for the CLI; `undefined` where the call is not open. */
  answer(callId: string, { content, isError }: CustomToolResult): { requestId: string; response: object } | undefined {
    const open = this.#open.get(callId);
    if (open === undefined) return undefined;
    this.#open.delete(callId);
    const { requestId, messageId } = open;
    return { requestId, response: mcpResponse(messageId, { content: content.map(toMcpContent), isError }) };
  }

  /** The turn is over: no result is awaited any more. */
  close(): void {
    this.#open.clear();
  }

  #call(requestId: string, message: Message): ServerAnswer {
    const params = message.params ?? {};
    const { name, arguments: input, _meta: meta } = params;
    const id = isObject(meta) ? meta['claudecode/toolUseId'] : undefined;
    const callId = typeof id === 'string' ? id : requestId;
    this.#open.set(callId, { requestId, messageId: message.id });
    return { type: 'call', call: { callId, name: String(name), input: isObject(input) ? input : {} } };
  }

  #cancel(messageId: unknown): void {
    for (const [callId, open] of this.#open) if (open.messageId === messageId) this.#open.delete(callId);
  }
}

function toMcpTool({ name, description, inputSchema }: CustomTool): object {
  // Tools that only read are called side by side: the client sees all calls of a message at once.
  return { name, description, inputSchema, annotations: { readOnlyHint: true } };
}

/** The Messages API's block in MCP's form; other kinds as text, so that nothing is lost. */
function toMcpContent(block: CustomToolResult['content'][number]): object {
  if (block.type === 'text') return { type: 'text', text: block['text'] };
  const source = block['source'];
  if (block.type === 'image' && isObject(source) && source['type'] === 'base64') {
    return { type: 'image', data: source['data'], mimeType: source['media_type'] };
  }
  return { type: 'text', text: JSON.stringify(block) };
}

function result(message: Message, value: object): ServerAnswer {
  return { type: 'reply', response: mcpResponse(message.id ?? 0, value) };
}

function mcpResponse(id: Message['id'], value: object): object {
  return { mcp_response: { jsonrpc: '2.0', id, result: value } };
}
