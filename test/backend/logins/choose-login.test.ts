import { describe, expect, it } from 'vitest';
import { chooseLogins, type LoginCandidate, type WantedLogin } from '../../../src/backend/logins/choose-login.ts';
import type { PlanWindow } from '../../../src/core/plan-windows.ts';

const window = (type: string, utilization: number, status: PlanWindow['status'] = 'allowed'): PlanWindow => ({
  ...{ type, utilization, status, observedAt: 0 },
});

const candidate = (name: string, changes: Partial<LoginCandidate> = {}): LoginCandidate => ({
  ...{ name, isMissing: false, isFailing: false, windows: [] },
  ...changes,
});

const chosen = (candidates: LoginCandidate[], wanted: Partial<WantedLogin> = {}) =>
  chooseLogins(candidates, { model: 'claude-sonnet-5', ...wanted }).map(({ name }) => name);

const used = candidate('used', { windows: [window('five_hour', 0.9), window('seven_day', 0.1)] });
const worn = candidate('worn', { windows: [window('five_hour', 0), window('seven_day', 0.95)] });
const fresh = candidate('fresh', { windows: [window('five_hour', 0.3), window('seven_day', 0.3)] });

describe('of the logins that would serve a turn', () => {
  it('those come first that have the most left of the window of which they have the least left', () => {
    expect(chosen([worn, used, fresh])).toEqual(['fresh', 'used', 'worn']);
  });

  it('the one that had the conversation stays first, however little it has left', () => {
    expect(chosen([used, fresh, worn], { last: 'worn' })).toEqual(['worn', 'fresh', 'used']);
  });

  it('one of which nothing is known counts as unused', () => {
    expect(chosen([fresh, candidate('new')])).toEqual(['new', 'fresh']);
  });

  it('equals keep the order of the configuration', () => {
    expect(chosen([candidate('a'), candidate('b'), candidate('c')])).toEqual(['a', 'b', 'c']);
  });

  it('the window of a family counts for its models alone, and what is no part of the plan for none', () => {
    const opus = candidate('opus', { windows: [window('seven_day_opus', 1), window('overage', 1)] });
    expect(chosen([fresh, opus])).toEqual(['opus', 'fresh']);
    expect(chosen([fresh, opus], { model: 'claude-opus-5' })).toEqual(['fresh', 'opus']);
  });

  it('a window that refuses is used up, whatever its share', () => {
    expect(chosen([candidate('refused', { windows: [window('five_hour', 0.2, 'rejected')] }), used])).toEqual([
      'used',
      'refused',
    ]);
  });
});

describe('logins that would not serve a turn', () => {
  const missing = candidate('missing', { isMissing: true });
  const later = candidate('later', { limitedUntil: 2 });
  const sooner = candidate('sooner', { limitedUntil: 1 });
  const failing = candidate('failing', { isFailing: true });

  it('come last: those that start no process, those that are limited, the earliest reset first, and those that are missing', () => {
    expect(chosen([missing, later, sooner, failing, worn])).toEqual(['worn', 'failing', 'sooner', 'later', 'missing']);
  });

  it.each([missing, later, failing])('do so, though the conversation was with $name', (login) => {
    expect(chosen([login, worn], { last: login.name })).toEqual(['worn', login.name]);
  });
});
