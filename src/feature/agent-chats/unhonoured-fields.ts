import type { DialectSettings, TurnRequest } from '../../core/endpoint.ts';
import { HarnessError } from '../../core/errors.ts';

/** Fields of all dialects that say how a model is to answer, which in an agent's turn is the agent's own matter. */
const aboutTheModel = [
  'max_completion_tokens',
  'max_output_tokens',
  'max_tokens',
  'temperature',
  'top_p',
  'top_k',
  'stop',
  'stop_sequences',
  'thinking',
  'reasoning',
  'reasoning_effort',
  'tool_choice',
  'function_call',
  'parallel_tool_calls',
];

/** What `/v1/messages` requires of each request can't be left out. */
const required = 'max_tokens';

/**
 * The fields of a request that an agent's turn goes without. Throws `UNSUPPORTED_PARAMETER` with the field for what
 * would change what the answer is, and for all of them where the configuration says so.
 */
export function unhonouredFields(
  request: TurnRequest,
  body: Readonly<Record<string, unknown>>,
  { unsupportedParams }: Pick<DialectSettings, 'unsupportedParams'>,
): readonly string[] {
  refuseOtherAnswers(request, body);
  const further = Object.keys(request.options.extra ?? {});
  const names = [...new Set([...aboutTheModel.filter((name) => body[name] != null), ...further])];
  const [first] = names.filter((name) => name !== required);
  if (unsupportedParams === 'reject' && first !== undefined) {
    throw unsupported(first, 'has no effect on an agent, and this service is configured to refuse such requests');
  }
  return names;
}

function refuseOtherAnswers(request: TurnRequest, body: Readonly<Record<string, unknown>>): void {
  const { conversations, options, background } = request;
  const [conversation] = conversations;
  if (conversations.length > 1) throw unsupported('n', 'an agent gives one answer');
  if (background === true) throw unsupported('background', 'POST /v1/sessions begins what goes on by itself');
  if (options.output !== undefined) throw unsupported(options.output.field, 'an agent answers in text');
  if ((conversation?.tools ?? conversation?.apiTools) !== undefined) {
    const field = ['tools', 'functions', 'web_search_options'].find((name) => body[name] != null) ?? 'tools';
    throw unsupported(field, 'an agent has the tools of its configuration; a session can be created with further ones');
  }
  if (body['mcp_servers'] != null) throw unsupported('mcp_servers', 'those of an agent are in its configuration');
}

function unsupported(field: string, why: string): HarnessError {
  const message = `${field}: ${why}. Leave it out, or ask for a model without an agent.`;
  return new HarnessError('UNSUPPORTED_PARAMETER', message, { param: field });
}
