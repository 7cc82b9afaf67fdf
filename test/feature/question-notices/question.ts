import type { Question } from '../../../src/core/sessions.ts';

export const askedAt = Date.UTC(2026, 0, 31, 12);

export function questionOf(changes: Partial<Question> = {}): Question {
  return {
    ...{ id: 'sevt_1', sessionId: 'sesn_1', agent: 'tidy', status: 'pending', askedAt },
    tool: { kind: 'builtin', name: 'bash' },
    input: { command: 'rm -r old', description: 'Removes what is old' },
    ...changes,
  };
}
