import type { Endpoint, NamedSchema } from '../../core/endpoint.ts';
import { messageModes } from '../../feature/agent-chats/message-mode.ts';
import { answering } from './failures.ts';
import { turnAnswer } from './headers.ts';
import { headerParameter, operation, streamableAnswer, type Operation } from './operation.ts';

const storedConversation =
  'A stored conversation (`session_…`, of `POST /v1/sessions` without a body), whose messages come before those of the request. The request and its answer are stored in it.';
const agentSession = 'Where the model is an agent: the session of the agent to continue (`sesn_…`).';

const messageMode = headerParameter(
  'x-sdk-message-mode',
  { type: 'string', enum: messageModes, default: 'ignore' },
  'Where the model is an agent: what is shown of its tools. `forward` is for `/v1/messages`.',
);

const cacheControl = headerParameter(
  'cache-control',
  { type: 'string' },
  'What the response cache may do, where it is on: `no-cache`, `no-store`, `max-age=SECONDS`, `only-if-cached` (RFC 9111).',
);

/** The operation of an endpoint, and the parts of its schemas that have names of their own. */
export async function describeEndpoint(endpoint: Endpoint): Promise<Operation & { parts: readonly NamedSchema[] }> {
  const description = await endpoint.describe();
  const { request, examples, answer, events, errors, failures, parts = [], ...rest } = description;
  const { parameters = [], continuesConversations = false, ...named } = rest;
  const { more = [], never = [] } = failures ?? {};
  const sessions = continuesConversations ? `${storedConversation} ${agentSession}` : agentSession;
  const made = operation({
    ...named,
    parameters: [
      ...parameters,
      headerParameter('x-session-id', { type: 'string' }, sessions),
      messageMode,
      cacheControl,
    ],
    body: { schema: request, examples },
    answers: { 200: streamableAnswer(answer.description, turnAnswer, answer, events) },
    failures: [...answering.filter((code) => !never.includes(code)), ...more],
    formats: [{ ...errors, toReply: endpoint.error }],
    headers: turnAnswer,
  });
  return { ...made, parts };
}
