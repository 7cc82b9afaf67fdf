import * as answer from './answer-schema.ts';
import { queryBody } from './request-schema.ts';

/** The schemas under the names that the description has for them. */
export const querySchemas = {
  body: { name: 'QueryRequest', schema: queryBody },
  streamEvent: { name: 'QueryStreamEvent', schema: answer.streamEvent },
  assistantMessage: { name: 'QueryAssistantMessage', schema: answer.assistantMessage },
  userMessage: { name: 'QueryUserMessage', schema: answer.userMessage },
  systemMessage: { name: 'QuerySystemMessage', schema: answer.systemMessage },
  resultMessage: { name: 'QueryResultMessage', schema: answer.resultMessage },
  failed: { name: 'QueryError', schema: answer.failedQuery },
  cancelled: { name: 'CancelledQuery', schema: answer.cancelledQuery },
  capabilities: { name: 'QueryCapabilities', schema: answer.capabilities },
} as const;

/** The envelope of failures. */
export const queryErrors = { schema: { name: 'DetailError', schema: answer.detail } } as const;

export const queryExamples = {
  plain: { summary: 'A prompt for the only agent', value: { prompt: 'Sort the photos by year.' } },
  narrowed: {
    summary: 'With less than the agent may do',
    value: {
      prompt: 'Which photos are the oldest?',
      system_prompt: 'Answer in one sentence.',
      options: { agent: 'tidy', max_turns: 5, disallowed_tools: ['Bash'] },
    },
  },
};
