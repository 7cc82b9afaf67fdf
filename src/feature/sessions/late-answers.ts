import { isDeepStrictEqual } from 'node:util';
import type { CalledTool, ContentBlock, PermissionDecision } from '../../core/agent-engine.ts';
import { lateDecision } from '../../core/late-decision.ts';
import type { ClientEvent, SessionEvent } from '../../core/session-event.ts';
import { calledToolOf } from './called-tools.ts';
import type { StoredCall } from './call-table.ts';
import type { EventStore } from './event-store.ts';

type Confirmation = Extract<ClientEvent, { type: 'user.tool_confirmation' }>;
type Result = Extract<ClientEvent, { type: 'user.custom_tool_result' }>;

/** A call whose process had ended when it was answered, and the answer. */
export interface LateAnswer {
  callId: string;
  tool: CalledTool;
  input: Readonly<Record<string, unknown>>;
  answer: Confirmation | Result;
}

export function toDecision({ result, deny_message, updated_input, for_session }: Confirmation): PermissionDecision {
  if (result === 'deny') return { allow: false, ...(typeof deny_message === 'string' && { message: deny_message }) };
  return {
    allow: true,
    ...(updated_input !== undefined && { input: updated_input }),
    ...(for_session !== undefined && { forSession: for_session }),
  };
}

/**
 * The one place that says how answers reach an agent whose process had ended meanwhile, as by a restart. The session
 * starts a turn with this content: a result for each call, with which the transcript ends. The result of a custom tool is
 * the client's. A call that was asked about has not run; where it is allowed, its result asks the model to repeat it, and
 * `takeDecision` then answers the question.
 */
export function lateContent(answers: readonly LateAnswer[]): readonly ContentBlock[] {
  return answers.map(({ callId, answer }) =>
    answer.type === 'user.custom_tool_result' ? toolResult(callId, answer) : lateDecision(callId, toDecision(answer)),
  );
}

/** Takes the decision about the same tool with the same input, or with the one that it was allowed with, out of those that were given. */
export function takeDecision(
  answers: LateAnswer[],
  call: { tool: CalledTool; input: Readonly<Record<string, unknown>> },
): PermissionDecision | undefined {
  const index = answers.findIndex(({ tool, input, answer }) => {
    const inputs = answer.type === 'user.tool_confirmation' ? [input, answer.updated_input] : [];
    return isDeepStrictEqual(tool, call.tool) && inputs.some((known) => isDeepStrictEqual(known, call.input));
  });
  const answer = answers[index]?.answer;
  if (answer?.type !== 'user.tool_confirmation') return undefined;
  answers.splice(index, 1);
  return toDecision(answer);
}

/** The answers to calls, from the events of both. */
export async function readLateAnswers(
  store: EventStore,
  sessionId: string,
  calls: readonly StoredCall[],
): Promise<LateAnswer[]> {
  const callEvents = await store.find(
    sessionId,
    calls.map(({ eventId }) => eventId),
  );
  const answers = await store.answersTo(
    sessionId,
    calls.map(({ eventId }) => eventId),
  );
  return calls.flatMap(({ callId, eventId }) => {
    const body = callEvents.find(({ id }) => id === eventId);
    const answer = answers.find((event) => answeredBy(event) === eventId);
    return body === undefined ? [] : toLateAnswer(callId, body, answer ?? nobodyAnswered(eventId));
  });
}

/** The id of the event of the call that a client's event answers. */
export function answeredBy(event: ClientEvent | SessionEvent): string | undefined {
  if (event.type === 'user.tool_confirmation') return event.tool_use_id;
  if (event.type === 'user.custom_tool_result') return event.custom_tool_use_id;
  return undefined;
}

/** The time for an answer was over, and no process there that could be told. */
function nobodyAnswered(eventId: string): Confirmation {
  const message = 'Denied: nobody answered in time.';
  return { type: 'user.tool_confirmation', tool_use_id: eventId, result: 'deny', deny_message: message };
}

function toLateAnswer(callId: string, body: SessionEvent, answer: ClientEvent | SessionEvent): LateAnswer[] {
  if (!('input' in body)) return [];
  const tool = calledToolOf(body);
  if (tool === undefined) return [];
  if (answer.type !== 'user.tool_confirmation' && answer.type !== 'user.custom_tool_result') return [];
  return [{ callId, tool, input: body.input, answer }];
}

function toolResult(callId: string, { content = [], is_error }: Result): ContentBlock {
  return { type: 'tool_result', tool_use_id: callId, content, ...(is_error === true && { is_error }) };
}
