import type { JsonSchema } from '../core/conversation.ts';

/**
 * The tool through which structured output comes: its arguments are the answer. Name and description are those of the
 * CLI's own tool for the purpose, which is not used: it takes a second answer in plain text for a success, and cannot be
 * offered together with a client's tools.
 */
export const answerTool = {
  name: 'StructuredOutput',
  description:
    'Use this tool to return your final response in the requested structured format. You MUST call this tool exactly once at the end of your response to provide the structured output.',
};

export function answerToolFor(schema: JsonSchema): object {
  return { ...answerTool, input_schema: schema };
}
