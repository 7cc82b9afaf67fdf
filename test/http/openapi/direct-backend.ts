import { answerWith, statusOf, type TestChanges } from '../test-app.ts';

/** A direct backend that answers. */
export const directBackend = (changes: Partial<NonNullable<TestChanges['direct']>> = {}) => ({
  runTurn: answerWith('directly'),
  status: statusOf(),
  readiness: () => ({ ready: true }) as const,
  turns: () => ({ active: 4, queued: 5 }),
  ...changes,
});
