import { expect, it } from 'vitest';
import { turnEnding, TurnCosts, type Result } from '../../src/agent/turn-ending.ts';

const result: Result = { type: 'result', subtype: 'success', is_error: false };
const facts = { isInterrupted: false, errorName: undefined, usedUp: undefined, failures: [] };

it.each<[string, Partial<Result>, object, object]>([
  ['an answer', {}, {}, { reason: 'end_turn' }],
  ['an answer that an interrupt came too late for', {}, { isInterrupted: true }, { reason: 'end_turn' }],
  [
    'an interrupt',
    { subtype: 'error_during_execution', is_error: true },
    { isInterrupted: true },
    { reason: 'interrupted' },
  ],
  ['a refusal', { stop_reason: 'refusal', is_error: true }, {}, { reason: 'refusal' }],
  ['too many requests', { subtype: 'error_max_turns', is_error: true }, {}, { reason: 'max_turns' }],
  ['too high a cost', { subtype: 'error_max_budget_usd', is_error: true }, {}, { reason: 'max_cost' }],
  [
    'a failure of the CLI’s own',
    { subtype: 'error_during_execution', is_error: true, errors: ['it broke'] },
    {},
    { reason: 'failed', error: { code: 'UPSTREAM_ERROR', message: 'The claude CLI broke the turn off: it broke' } },
  ],
  [
    'a refused request, in the API’s own words',
    { is_error: true, api_error_status: 400, result: 'API Error: 400 hidden' },
    { failures: [{ request: 'message', status: 400, sentence: 'messages: is odd' }] },
    { reason: 'failed', error: { code: 'INVALID_REQUEST', message: 'The API refused the request: messages: is odd' } },
  ],
])('%s', (_what, line, known, ending) => {
  expect(turnEnding({ ...result, ...line }, { ...facts, ...known })).toMatchObject(ending);
});

it('the cost of a turn is what the total has grown by, or what the CLI names', () => {
  const costs = new TurnCosts();
  expect(costs.of({ ...result, total_cost_usd: 1 })).toBe(1);
  expect(costs.of({ ...result, total_cost_usd: 3 })).toBe(2);
  const named = { model_usage_since_last_result: { a: { costUSD: 0.25 }, b: { costUSD: 0.5 } } };
  expect(costs.of({ ...result, total_cost_usd: 9, ...named })).toBe(0.75);
  expect(costs.of(result)).toBeUndefined();
});
