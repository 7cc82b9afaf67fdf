import type { JournalEntry } from '../../src/core/journal.ts';

type Changes = { [Field in keyof JournalEntry]?: JournalEntry[Field] | undefined };

/** A request that was answered by the CLI; a field that is changed to `undefined` is not known. */
export function finishedRequest(changes: Changes = {}): JournalEntry {
  const entry = {
    requestId: 'req_1',
    arrivedAt: Date.UTC(2026, 10, 29, 12),
    client: 'laptop',
    route: '/v1/chat/completions',
    dialect: 'openai',
    stream: false,
    background: false,
    model: 'haiku',
    served: 'claude-haiku-4-5-20251001',
    backend: 'cli',
    process: 'warm',
    finish: 'end_turn',
    status: 200,
    clientGone: false,
    totalMs: 1500,
    readMs: 1,
    queueMs: 40,
    acquireMs: 2,
    feedMs: 3,
    firstTokenMs: 200,
    tokensIn: 10,
    tokensOut: 4,
    tokensCached: 6,
    toolCalls: 0,
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(entry).filter(([, value]) => value !== undefined),
  ) as unknown as JournalEntry;
}
