import type {
  ChatCompletionContentPart,
  ChatCompletionContentPartRefusal,
  ChatCompletionCreateParams,
  ChatCompletionMessageParam,
  ChatCompletionMessageToolCall,
} from 'openai/resources/chat/completions';
import { joinTurns, type Said, type SeenRequest, type ToolCall } from './script.ts';

/** What a client asks in OpenAI's format. */
export function fromOpenAI(request: ChatCompletionCreateParams): SeenRequest {
  const tools = (request.tools ?? []).map((tool) => {
    if (tool.type !== 'function') throw new Error(`the tool is no function: ${tool.type}`);
    return { name: tool.function.name, parameters: tool.function.parameters };
  });
  const choice = choiceOf(request);
  const format = request.response_format;
  return {
    conversation: joinTurns(request.messages.map(saidIn)),
    tools: typeof choice === 'object' ? tools.filter(({ name }) => name === choice.tool) : tools,
    choice,
    parallel: request.parallel_tool_calls ?? true,
    stops: [request.stop ?? []].flat(),
    schema: format?.type === 'json_schema' ? format.json_schema.schema : undefined,
  };
}

function choiceOf({ tool_choice: choice }: ChatCompletionCreateParams): SeenRequest['choice'] {
  if (choice === undefined) return 'auto';
  if (typeof choice === 'string') return choice;
  if (choice.type !== 'function') throw new Error(`the choice is no function: ${choice.type}`);
  return { tool: choice.function.name };
}

function saidIn(message: ChatCompletionMessageParam): Said {
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', text: textOf(message.content) };
    case 'user':
      return { role: 'user', text: textOf(message.content) };
    case 'assistant':
      return { role: 'assistant', text: textOf(message.content), calls: (message.tool_calls ?? []).map(callIn) };
    case 'tool':
      return { role: 'tool', id: message.tool_call_id, text: textOf(message.content) };
    case 'function':
      throw new Error('the client sent a function message');
    default:
      return message satisfies never;
  }
}

function callIn(call: ChatCompletionMessageToolCall): ToolCall {
  if (call.type !== 'function') throw new Error(`the call is of no function: ${call.type}`);
  const { name, arguments: json } = call.function;
  return { id: call.id, name, input: JSON.parse(json) as Record<string, unknown> };
}

type Content = string | (ChatCompletionContentPart | ChatCompletionContentPartRefusal)[] | null | undefined;

function textOf(content: Content): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map((part) => (part.type === 'text' ? part.text : `[${part.type}]`)).join('');
}
