import { HarnessError } from '../../core/errors.ts';
import { sessionHeader } from '../../core/session-header.ts';
import type { Session, Sessions } from '../../core/sessions.ts';
import type { ChatRequest } from './chat-request.ts';
import type { ChatStore } from './chat-store.ts';
import { hashExchange, type ChatParties } from './exchange-hash.ts';
import { lastEvent } from './last-event.ts';

/** The session that a request goes on with. */
export interface ChatSession {
  sessionId: string;
  /** Whether all that the client knows was said in it, so that its next request can find it. */
  isWhole: boolean;
  /** What the client's system prompt said before. */
  knownSystem?: string;
}

interface Parts {
  sessions: Sessions;
  store: ChatStore;
}

/** The session that has exchanged what the client has; undefined where there is none, or it has gone on since. */
export async function findSession(
  { sessions, store }: Parts,
  { parties, chat }: { parties: ChatParties; chat: ChatRequest },
): Promise<ChatSession | undefined> {
  const known = await store.take(hashExchange(parties, chat.history));
  if (known === undefined) return undefined;
  const { sessionId, lastMessage, system } = known;
  const { caller } = parties;
  const { status, archivedAt } = await sessions.get(caller, sessionId);
  const last = await lastEvent(sessions, { caller, sessionId }, 'user.message');
  if (status === 'terminated' || archivedAt !== undefined || last?.id !== lastMessage) return undefined;
  return { sessionId, isWhole: true, knownSystem: system };
}

/** The session that the client names. Throws `SESSION_NOT_FOUND`, `SESSION_CONFLICT` and `INVALID_REQUEST`. */
export async function namedSession(
  { sessions, store }: Parts,
  { parties, sessionId, chat }: { parties: ChatParties; sessionId: string; chat: ChatRequest },
): Promise<ChatSession> {
  const { caller } = parties;
  const session = await sessions.get(caller, sessionId);
  requireSame(session, parties);
  const idle = await lastEvent(sessions, { caller, sessionId }, 'session.status_idle');
  const isAsking = idle?.type === 'session.status_idle' && idle.stop_reason.type === 'requires_action';
  if (session.status === 'running' || isAsking) throw busy();
  const known = await store.find(sessionId);
  return {
    sessionId,
    isWhole: known !== undefined && known.exchange === hashExchange(parties, chat.history),
    ...(known !== undefined && { knownSystem: known.system }),
  };
}

function requireSame({ agent, overrides }: Session, { agent: name, model }: ChatParties): void {
  const { profile } = agent;
  const own = overrides.model ?? profile.model;
  if (profile.name === name && own === model) return;
  const message = `${sessionHeader}: the session is one of ${own}:${profile.name}; ask for that model, or leave the header out.`;
  throw new HarnessError('INVALID_REQUEST', message, { param: sessionHeader });
}

function busy(): HarnessError {
  const message = 'The session is at work, or waits for permission; send the message when it is idle, or interrupt it.';
  return new HarnessError('SESSION_CONFLICT', message, { param: sessionHeader });
}
