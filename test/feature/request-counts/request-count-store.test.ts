import { expect, it } from 'vitest';
import { createRequestCountStore } from '../../../src/feature/request-counts/request-count-store.ts';
import { openState } from '../../state/open-state.ts';

it('adds what two services have counted on a day, from when the first began', () => {
  const store = createRequestCountStore(openState().file);
  store.add('2026-11-29', { since: 2000, served: 3, failed: 1 });
  store.add('2026-11-29', { since: 1000, served: 4, failed: 0 });
  expect(store.find('2026-11-29')).toEqual({ since: 1000, served: 7, failed: 1 });
});

it('knows nothing of a day without requests', () => {
  const store = createRequestCountStore(openState().file);
  store.add('2026-11-29', { since: 0, served: 1, failed: 0 });
  expect(store.find('2026-11-30')).toBeUndefined();
});

it('keeps the last 400 days', () => {
  const store = createRequestCountStore(openState().file);
  for (let day = 1; day <= 401; day += 1)
    store.add(`day-${String(day).padStart(3, '0')}`, { since: 0, served: 1, failed: 0 });
  expect(store.find('day-001')).toBeUndefined();
  expect(store.find('day-002')).toBeDefined();
});
