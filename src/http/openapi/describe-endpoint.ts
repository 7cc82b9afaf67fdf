import type { Endpoint, NamedSchema } from '../../core/endpoint.ts';
import type { ErrorCode } from '../../core/errors.ts';
import { answering } from './failures.ts';
import { turnAnswer, type HeaderName } from './headers.ts';
import { operation, streamableAnswer, type Operation } from './operation.ts';

interface Additions {
  parameters: readonly object[];
  headers: readonly HeaderName[];
  failures: readonly ErrorCode[];
}

const none: Additions = { parameters: [], headers: [], failures: [] };

/** What an operation has besides where it can go on with a stored conversation. */
const storedConversation: Additions = {
  parameters: [
    {
      name: 'x-session-id',
      in: 'header',
      schema: { type: 'string' },
      description:
        'A stored conversation (`POST /v1/sessions` without a body), whose messages come before those of the request. The request and its answer are stored in it.',
    },
  ],
  headers: ['x-session-id'],
  failures: ['SESSION_NOT_FOUND', 'SESSION_CONFLICT'],
};

/** The operation of an endpoint, and the parts of its schemas that have names of their own. */
export async function describeEndpoint(endpoint: Endpoint): Promise<Operation & { parts: readonly NamedSchema[] }> {
  const description = await endpoint.describe();
  const { request, examples, answer, events, errors, failures, parts = [], ...rest } = description;
  const { parameters = [], continuesConversations = false, ...named } = rest;
  const { more = [], never = [] } = failures ?? {};
  const stored = continuesConversations ? storedConversation : none;
  const headers = [...turnAnswer, ...stored.headers];
  const made = operation({
    ...named,
    parameters: [...parameters, ...stored.parameters],
    body: { schema: request, examples },
    answers: { 200: streamableAnswer(answer.description, headers, answer, events) },
    failures: [...answering.filter((code) => !never.includes(code)), ...more, ...stored.failures],
    formats: [{ ...errors, toReply: endpoint.error }],
    headers,
  });
  return { ...made, parts };
}
