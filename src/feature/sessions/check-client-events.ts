import { HarnessError } from '../../core/errors.ts';
import type { ClientEvent, SessionEvent } from '../../core/session-event.ts';
import type { GivenAnswer } from './accept-events.ts';
import { answeredBy } from './late-answers.ts';

type Confirmation = Extract<ClientEvent, { type: 'user.tool_confirmation' }>;

export interface CheckOptions {
  /** Whether the caller may change what tools are called with. */
  isOwner: boolean;
  /** The event of the session with an id. */
  findEvent: (id: string) => Promise<SessionEvent | undefined>;
}

/** The answers among the events. Throws `INVALID_REQUEST` where one can't be meant. */
export async function checkClientEvents(
  events: readonly ClientEvent[],
  { isOwner, findEvent }: CheckOptions,
): Promise<readonly GivenAnswer[]> {
  const answers: GivenAnswer[] = [];
  for (const [index, event] of events.entries()) {
    const param = `events[${index}]`;
    if (event.type === 'user.tool_confirmation') checkConfirmation(event, isOwner, param);
    const eventId = answeredBy(event);
    if (eventId === undefined) continue;
    const field = event.type === 'user.tool_confirmation' ? 'tool_use_id' : 'custom_tool_use_id';
    if (!isAnswerTo(event, await findEvent(eventId))) throw notACall(event, eventId, `${param}.${field}`);
    answers.push({ eventId, param: `${param}.${field}` });
  }
  return answers;
}

function checkConfirmation(event: Confirmation, isOwner: boolean, param: string): void {
  const { result, deny_message: denyMessage, updated_input: updatedInput, for_session: forSession } = event;
  if (result === 'allow' && typeof denyMessage === 'string') {
    throw invalid(`${param}.deny_message`, 'deny_message goes only with the result "deny".');
  }
  if (result === 'deny' && updatedInput !== undefined) {
    throw invalid(`${param}.updated_input`, 'updated_input goes only with the result "allow".');
  }
  if (result === 'deny' && forSession === true) {
    throw invalid(`${param}.for_session`, 'for_session goes only with the result "allow".');
  }
  if (updatedInput !== undefined && !isOwner) {
    throw invalid(`${param}.updated_input`, 'Only the token of an owner may change what a tool is called with.');
  }
}

/** Whether the event of a client is an answer to that event. */
function isAnswerTo(answer: ClientEvent, call: SessionEvent | undefined): boolean {
  if (answer.type === 'user.custom_tool_result') return call?.type === 'agent.custom_tool_use';
  return call?.type === 'agent.tool_use' || call?.type === 'agent.mcp_tool_use';
}

function notACall({ type }: ClientEvent, id: string, param: string): HarnessError {
  const call = type === 'user.custom_tool_result' ? 'agent.custom_tool_use' : 'agent.tool_use or agent.mcp_tool_use';
  return invalid(param, `The session has no event ${call} with the id ${id}.`);
}

function invalid(param: string, message: string): HarnessError {
  return new HarnessError('INVALID_REQUEST', message, { param });
}
