import type { Answer } from '../../src/stand-in/behaviour.ts';
import type { RecordedRequest } from '../../src/stand-in/exchange.ts';

const answerTool = 'StructuredOutput';

interface FormedBody {
  output_config?: { format?: { schema: unknown } };
  tools?: { name: string; input_schema?: unknown }[];
}

/** The schema to which the API was asked to keep an answer. */
export function enforcedSchema({ body }: RecordedRequest): unknown {
  return (body as FormedBody).output_config?.format?.schema;
}

/** The schema of the answer that was asked for, in whatever way. */
export function askedSchema(request: RecordedRequest): unknown {
  const { tools = [] } = request.body as FormedBody;
  return enforcedSchema(request) ?? tools.find(({ name }) => name === answerTool)?.input_schema;
}

/** How a model gives a value of such a schema: as text, or in the call of a tool. */
export function structured(
  request: RecordedRequest,
  value: Record<string, unknown>,
): Pick<Answer, 'text' | 'toolUses'> {
  if (enforcedSchema(request) !== undefined) return { text: JSON.stringify(value) };
  return { toolUses: [{ name: answerTool, input: value }] };
}
