import { Ajv2020 } from 'ajv/dist/2020.js';

/**
 * What the Messages API refuses, of that which OpenAI takes: clients send it in good faith, and the stand-in would let
 * it pass.
 */

interface ApiRequest {
  messages: { content: string | ApiBlock[] }[];
  tools?: { type?: string; name: string; input_schema: { $schema?: string; type?: unknown } }[];
  tool_choice?: { type: string };
  thinking?: { type: string };
}

interface ApiBlock {
  type: string;
  id?: string;
  tool_use_id?: string;
}

const idPattern = /^[a-zA-Z0-9_-]+$/;
const namePattern = /^[a-zA-Z0-9_-]{1,64}$/;
const draft2020 = new Ajv2020({ strict: false });

/** The API's complaint about a request; `undefined` when it takes it. */
export function complaintAbout(body: unknown): string | undefined {
  const { messages, tools = [], tool_choice: choice, thinking } = body as ApiRequest;
  const blocks = messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content));
  const calls = blocks.filter(({ type }) => type === 'tool_use');
  const results = blocks.filter(({ type }) => type === 'tool_result');
  const ids = calls.map(({ id }) => id ?? '');

  if (!ids.every((id) => idPattern.test(id))) return `tool_use.id: String should match pattern '${idPattern.source}'`;
  if (new Set(ids).size < ids.length) return 'messages: `tool_use` ids must be unique';
  if (results.some(({ tool_use_id: id = '' }) => !ids.includes(id))) {
    return 'unexpected `tool_use_id` found in `tool_result` blocks';
  }
  if (results.length < calls.length) return '`tool_use` ids were found without `tool_result` blocks';
  if (!tools.every(({ name }) => namePattern.test(name))) return 'tools.name: String should match pattern';
  if (!tools.every(({ type, input_schema }) => isOfApi(type) || isSchema(input_schema))) {
    return 'tools.custom.input_schema: JSON schema is invalid. It must match JSON Schema draft 2020-12';
  }
  if (thinking?.type === 'enabled' && (choice?.type === 'any' || choice?.type === 'tool')) {
    return 'Thinking may not be enabled when tool_choice forces tool use.';
  }
  return undefined;
}

/** Such as `web_search_20250305`, which has no schema. */
function isOfApi(type: string | undefined): boolean {
  return type !== undefined && type !== 'custom';
}

/** Whatever draft a schema names, the newest is the one that it has to match. */
function isSchema({ $schema: _draft, ...schema }: { $schema?: string; type?: unknown }): boolean {
  return schema.type === 'object' && draft2020.validateSchema(schema) === true;
}
