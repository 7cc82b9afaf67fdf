import { isDeepStrictEqual } from 'node:util';
import type { CalledTool, ContentBlock, PermissionDecision } from '../../core/agent-engine.ts';
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
 * starts a turn with this content. The result of a custom tool is a `tool_result` for its call, which the transcript ends
 * with. A decision can't be given any more: the note asks for the call again, and `takeDecision` then answers it.
 */
export function lateContent(answers: readonly LateAnswer[]): readonly ContentBlock[] {
  const results = answers.flatMap(({ callId, answer }) =>
    answer.type === 'user.custom_tool_result' ? [toolResult(callId, answer)] : [],
  );
  const notes = answers.flatMap((late) =>
    late.answer.type === 'user.tool_confirmation' ? [note(late, late.answer)] : [],
  );
  return notes.length === 0 ? results : [...results, { type: 'text', text: notes.join('\n') }];
}

/** Takes the decision about the same tool with the same input out of those that were given. */
export function takeDecision(
  answers: LateAnswer[],
  call: { tool: CalledTool; input: Readonly<Record<string, unknown>> },
): PermissionDecision | undefined {
  const index = answers.findIndex(({ tool, input }) => isDeepStrictEqual([tool, input], [call.tool, call.input]));
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
    if (body === undefined || answer === undefined) return [];
    return toLateAnswer(callId, body, answer);
  });
}

/** The id of the event of the call that a client's event answers. */
export function answeredBy(event: ClientEvent | SessionEvent): string | undefined {
  if (event.type === 'user.tool_confirmation') return event.tool_use_id;
  if (event.type === 'user.custom_tool_result') return event.custom_tool_use_id;
  return undefined;
}

function toLateAnswer(callId: string, body: SessionEvent, answer: SessionEvent): LateAnswer[] {
  if (!('input' in body)) return [];
  const tool = calledToolOf(body);
  if (tool === undefined) return [];
  if (answer.type !== 'user.tool_confirmation' && answer.type !== 'user.custom_tool_result') return [];
  return [{ callId, tool, input: body.input, answer }];
}

function toolResult(callId: string, { content = [], is_error }: Result): ContentBlock {
  return { type: 'tool_result', tool_use_id: callId, content, ...(is_error === true && { is_error }) };
}

function note({ tool, input }: LateAnswer, { result, deny_message }: Confirmation): string {
  const call = `${tool.kind === 'mcp' ? `${tool.server}: ` : ''}${tool.name} with ${JSON.stringify(input)}`;
  if (result === 'allow') {
    return `The agent was restarted before the call of ${call} was decided. It is allowed now; call it again if it is still needed.`;
  }
  const why = typeof deny_message === 'string' ? ` (${JSON.stringify(deny_message)})` : '';
  return `The agent was restarted before the call of ${call} was decided. It was denied${why}. Go on without it.`;
}
