import { z } from 'zod';

/** Stored conversations, as clients get them: sessions in the small form that a chat client needs. */

const id = z.string().regex(/^session_[0-9a-f]{16}$/);
const time = z.iso.datetime();

export const newSession = z.object({ session_id: id });

export const storedSession = z.object({
  session_id: id,
  created_at: time,
  expires_at: time.describe('Each stored answer sets it anew.'),
  messages: z.int().nonnegative().describe('How many messages are stored.'),
});

export const closedSession = z.object({ status: z.literal('closed'), session_id: id });
