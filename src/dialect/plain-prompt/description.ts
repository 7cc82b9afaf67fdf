import type { EndpointDescription } from '../../core/endpoint.ts';
import { promptAnswer, promptEnd, promptFailure, promptPiece } from './answer.ts';
import { promptError } from './errors.ts';
import { promptBody } from './request.ts';

/** How the description of the API has it. */
export const promptDescription: EndpointDescription = {
  id: 'askPrompt',
  tag: 'Owner',
  summary: 'Answers a prompt with one text',
  description:
    'For the role `owner`. Other fields are accepted, have no effect, and are named in `x-claude-harness-ignored`.',
  request: { name: 'PromptRequest', schema: promptBody },
  examples: {
    question: { summary: 'A question', value: { prompt: 'Why is the sky blue?', context: 'Answer in one sentence.' } },
  },
  answer: { name: 'PromptAnswer', schema: promptAnswer, description: 'The answer.' },
  events: [
    { name: 'PromptPiece', schema: promptPiece },
    { name: 'PromptEnd', schema: promptEnd },
    { name: 'PromptFailure', schema: promptFailure },
  ],
  errors: { schema: { name: 'PromptError', schema: promptError } },
  failures: { more: ['ROLE_REQUIRED'] },
};
