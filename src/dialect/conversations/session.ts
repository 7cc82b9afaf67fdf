import type { z } from 'zod';
import type { closedSession, newSession, storedSession } from './session-schema.ts';

/** A stored conversation; times in milliseconds since the epoch. */
interface Summary {
  id: string;
  createdAt: number;
  expiresAt: number;
  messageCount: number;
}

export function toNewSession(id: string): z.infer<typeof newSession> {
  return { session_id: id };
}

export function toStoredSession({ id, createdAt, expiresAt, messageCount }: Summary): z.infer<typeof storedSession> {
  return { session_id: id, created_at: toTime(createdAt), expires_at: toTime(expiresAt), messages: messageCount };
}

export function toClosedSession(id: string): z.infer<typeof closedSession> {
  return { status: 'closed', session_id: id };
}

/** RFC 3339, in UTC. */
function toTime(ms: number): string {
  return new Date(ms).toISOString();
}
