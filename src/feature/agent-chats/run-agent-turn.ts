import { HarnessError } from '../../core/errors.ts';
import type { ClientEvent, PreviewEvent, SessionEvent } from '../../core/session-event.ts';
import type { Caller, Sessions } from '../../core/sessions.ts';
import type { TurnEvent } from '../../core/turn-event.ts';
import { unlessAborted } from '../../util/unless-aborted.ts';
import { AnswerEvents } from './answer-events.ts';
import { interruptTurn } from './interrupt-turn.ts';
import type { MessageMode } from './message-mode.ts';

export interface AgentTurnOptions {
  sessions: Sessions;
  caller: Caller;
  sessionId: string;
  /** What is sent; the last is the user's message. */
  events: readonly ClientEvent[];
  /** The model as the client named it. */
  model: string;
  mode: MessageMode;
  /** Called once, before the end is given on, and also where the turn has failed or nobody waits for it any more. */
  onOver: (outcome: TurnOutcome) => Promise<void>;
}

export interface TurnOutcome {
  /** The id of the event of the user's message. */
  messageId: string;
  /** What the client has been told. */
  text: string;
  /** `left`: the client has gone, and may have all of the text or a part. */
  ending: 'answered' | 'failed' | 'left';
}

/** One turn of an agent as an answer. Whoever leaves it early interrupts it. */
export async function* runAgentTurn(options: AgentTurnOptions, signal: AbortSignal): AsyncGenerator<TurnEvent> {
  const { sessions, caller, sessionId, model, mode, onOver } = options;
  const watching = new AbortController();
  const followed = await sessions.follow(caller, sessionId, { previews: true }, watching.signal);
  const accepted = await sessions.send(caller, sessionId, options.events).catch((reason: unknown) => {
    watching.abort();
    throw reason;
  });
  const messageId = accepted.at(-1)?.id ?? '';
  const answer = new AnswerEvents(model, mode);
  let ending: TurnOutcome['ending'] = 'left';
  try {
    const events = fromMessage(followed, messageId);
    for (let isOver = false; !isOver;) {
      const { value: event } = await unlessAborted(events.next(), signal);
      const told = answer.push(event ?? noMore());
      isOver = told.at(-1)?.type === 'end';
      if (isOver) {
        ending = 'answered';
        await onOver({ messageId, text: answer.text, ending });
      }
      yield* told;
    }
  } catch (error) {
    if (!signal.aborted) ending = 'failed';
    throw error;
  } finally {
    watching.abort();
    if (ending === 'left') await interruptTurn(sessions, { caller, sessionId, messageId });
    if (ending !== 'answered') await onOver({ messageId, text: answer.text, ending });
  }
}

/** The events from the user's message on: a turn before it may still be ending. */
async function* fromMessage(
  events: AsyncIterable<SessionEvent | PreviewEvent>,
  messageId: string,
): AsyncGenerator<SessionEvent | PreviewEvent, undefined> {
  let hasBegun = false;
  for await (const event of events) {
    if (hasBegun) yield event;
    else if ('id' in event && event.id === messageId) hasBegun = true;
    else if (event.type === 'session.status_idle' && event.stop_reason.type === 'budget_reached') throw tooCostly();
    else if (event.type === 'session.status_terminated' || event.type === 'session.deleted') yield event;
  }
  return undefined;
}

function noMore(): never {
  throw new HarnessError('DRAINING', 'The harness is shutting down.');
}

function tooCostly(): HarnessError {
  const message =
    'The session of this conversation has cost as much as it may (max_cost), and takes no more messages; start a new conversation.';
  return new HarnessError('SESSION_CONFLICT', message);
}
