import { responsesDescription } from '../../dialect/openai-responses/description.ts';
import { inputTokens } from '../../dialect/openai-responses/response-schema.ts';
import { openAiFormat } from './errors-format.ts';
import { prompting } from './failures.ts';
import { everyAnswer } from './headers.ts';
import { jsonAnswer, operation } from './operation.ts';

const { request, examples } = responsesDescription;

/** `POST /v1/responses/input_tokens`. */
export const inputTokensOperation = operation({
  id: 'countInputTokens',
  tag: 'OpenAI',
  summary: 'The number of tokens in the prompt of a response',
  description: 'The request is that of a response. No model call.',
  body: { schema: request, examples: { text: examples['text'] ?? { summary: 'A question', value: {} } } },
  answers: {
    200: jsonAnswer('The number of tokens.', [...everyAnswer, 'x-claude-harness-warning'], {
      name: 'InputTokens',
      schema: inputTokens,
    }),
  },
  failures: [...prompting, 'UNSUPPORTED_PARAMETER', 'PREVIOUS_RESPONSE_NOT_FOUND'],
  formats: [openAiFormat],
  headers: everyAnswer,
});
