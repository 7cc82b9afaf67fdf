import { tokenCount } from '../../dialect/anthropic-messages/answer-schema.ts';
import { messagesDescription, versionHeaders } from '../../dialect/anthropic-messages/description.ts';
import { countBody } from '../../dialect/anthropic-messages/request-schema.ts';
import { messagesFormat } from './errors-format.ts';
import { prompting } from './failures.ts';
import { everyAnswer } from './headers.ts';
import { jsonAnswer, operation } from './operation.ts';

const { model, messages, tools } = messagesDescription.examples['result']?.value as Readonly<Record<string, unknown>>;

/** `POST /v1/messages/count_tokens`. */
export const countTokensOperation = operation({
  id: 'countTokens',
  tag: 'Anthropic',
  summary: 'The number of tokens in a prompt',
  description: 'No model call. Other fields of a message request are not checked.',
  parameters: versionHeaders,
  body: {
    schema: { name: 'CountTokensRequest', schema: countBody },
    examples: { prompt: { summary: 'A prompt with a tool', value: { model, messages, tools } } },
  },
  answers: {
    200: jsonAnswer('The number of tokens.', [...everyAnswer, 'x-claude-harness-warning'], {
      name: 'TokenCount',
      schema: tokenCount,
    }),
  },
  failures: prompting,
  formats: [messagesFormat],
  headers: everyAnswer,
});
