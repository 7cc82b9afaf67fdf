/**
 * Names the session that a request goes on with: a stored conversation, or an agent's. An answer has it for the one that it
 * was given in.
 */
export const sessionHeader = 'x-session-id';
