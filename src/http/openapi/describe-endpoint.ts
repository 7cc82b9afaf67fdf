import type { Endpoint, NamedSchema } from '../../core/endpoint.ts';
import { answering } from './failures.ts';
import { turnAnswer } from './headers.ts';
import { messageModes } from '../../feature/agent-chats/message-mode.ts';
import { headerParameter, operation, streamableAnswer, type Operation } from './operation.ts';

/** What counts where the model is an agent. */
const agentHeaders = [
  headerParameter('x-session-id', { type: 'string' }, 'The session of the agent to go on in (`sesn_…`).'),
  headerParameter(
    'x-sdk-message-mode',
    { type: 'string', enum: messageModes, default: 'ignore' },
    'What is shown of the tools of the agent. `forward` is for `/v1/messages`.',
  ),
];

/** The operation of an endpoint, and the parts of its schemas that have names of their own. */
export async function describeEndpoint(endpoint: Endpoint): Promise<Operation & { parts: readonly NamedSchema[] }> {
  const description = await endpoint.describe();
  const { request, examples, answer, events, errors, failures, parts = [], ...rest } = description;
  const { more = [], never = [] } = failures ?? {};
  const made = operation({
    ...rest,
    parameters: [...(rest.parameters ?? []), ...agentHeaders],
    body: { schema: request, examples },
    answers: { 200: streamableAnswer(answer.description, turnAnswer, answer, events) },
    failures: [...answering.filter((code) => !never.includes(code)), ...more],
    formats: [{ ...errors, toReply: endpoint.error }],
    headers: turnAnswer,
  });
  return { ...made, parts };
}
