import { expect, it } from 'vitest';
import { KeyState } from '../../src/direct/key-state.ts';
import { memoryLog } from '../support/memory-log.ts';

it('a refused key is reported for a minute, or until an answer proves otherwise, and once in the log', () => {
  const clock = { now: 1000 };
  const log = memoryLog();
  const key = new KeyState({ variable: 'MY_KEY', log, now: () => clock.now });
  expect(key.isRefused).toBe(false);

  key.refused();
  key.refused();
  expect(key.isRefused).toBe(true);
  clock.now += 60_000;
  expect(key.isRefused).toBe(false);

  key.refused();
  key.answered();
  key.answered();
  expect(key.isRefused).toBe(false);
  expect(log.lines.map(({ level }) => level)).toEqual(['error', 'info']);
  expect(log.lines[0]?.message).toContain('MY_KEY');
});
