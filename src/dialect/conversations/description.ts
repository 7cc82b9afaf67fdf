import { closedSession, newSession, storedSession } from './session-schema.ts';

/** The schemas under the names that the description has for them. */
export const conversationSchemas = {
  created: { name: 'NewStoredConversation', schema: newSession },
  stored: { name: 'StoredConversation', schema: storedSession },
  closed: { name: 'ClosedStoredConversation', schema: closedSession },
} as const;
