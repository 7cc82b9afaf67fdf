import { expect, it } from 'vitest';
import type { JournalEntry } from '../../../src/core/journal.ts';
import { AccessLog } from '../../../src/feature/access/access-log.ts';
import { createAccessStore } from '../../../src/feature/access/access-store.ts';
import { openState } from '../../state/open-state.ts';
import { base } from './rows.ts';

const ever = { from: 0, until: Number.MAX_SAFE_INTEGER };

const entry = (requestId: string): JournalEntry => ({
  ...{ requestId, arrivedAt: base, route: '/v1/messages', dialect: 'anthropic', stream: true, background: false },
  ...{ model: 'haiku', status: 200, clientGone: false, totalMs: 100, toolCalls: 0 },
});

it('requests wait while the disk is full, with one line, and are stored when there is space', async () => {
  const { file, log, clock } = openState();
  const store = createAccessStore(file, { keepMs: 86_400_000, maxRows: 10_000, now: () => clock.now });
  const access = new AccessLog({ store, priceOf: () => undefined, isKept: true, log });
  const finish = (count: number, name: string): void => {
    for (let n = 0; n < count; n += 1) access.sink(entry(`${name}${n}`));
    access.store();
  };
  finish(3, 'before');
  // As SQLite reports it for a file that may not grow.
  file.read((database) =>
    database.pragma(`max_page_count = ${Number(database.pragma('page_count', { simple: true }))}`),
  );
  finish(400, 'meanwhile');
  clock.now += 100;
  finish(1, 'still');
  expect(access.backlog).toEqual({ pending: 401, dropped: 0 });
  expect(log.lines).toMatchObject([{ level: 'error', message: expect.stringContaining('its disk is full') as string }]);
  expect(await store.query({ ...ever, limit: 1000, order: 'asc' })).toHaveLength(3);
  const [sumBefore] = await store.sumsBy('client', 'day', ever);
  expect(sumBefore?.requests).toBe(3);

  clock.now += 2000;
  access.close();
  expect(access.backlog).toEqual({ pending: 0, dropped: 0 });
  expect(await store.query({ ...ever, limit: 1000, order: 'asc' })).toHaveLength(404);
  const [sum] = await store.sumsBy('client', 'day', ever);
  expect(sum?.requests).toBe(404);
});
