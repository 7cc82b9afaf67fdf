import type { Endpoint, NamedSchema } from '../../core/endpoint.ts';
import { answering } from './failures.ts';
import { turnAnswer } from './headers.ts';
import { operation, streamableAnswer, type Operation } from './operation.ts';

/** The operation of an endpoint, and the parts of its schemas that have names of their own. */
export async function describeEndpoint(endpoint: Endpoint): Promise<Operation & { parts: readonly NamedSchema[] }> {
  const description = await endpoint.describe();
  const { request, examples, answer, events, errors, failures, parts = [], ...rest } = description;
  const { more = [], never = [] } = failures ?? {};
  const made = operation({
    ...rest,
    body: { schema: request, examples },
    answers: { 200: streamableAnswer(answer.description, turnAnswer, answer, events) },
    failures: [...answering.filter((code) => !never.includes(code)), ...more],
    formats: [{ ...errors, toReply: endpoint.error }],
    headers: turnAnswer,
  });
  return { ...made, parts };
}
