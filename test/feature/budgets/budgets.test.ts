import { describe, expect, it } from 'vitest';
import type { PlanWindow } from '../../../src/core/plan-windows.ts';
import { Budgets, type BudgetsOptions, type Spending } from '../../../src/feature/budgets/budgets.ts';
import { memoryLog } from '../../support/memory-log.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
// A Wednesday.
const noon = new Date(2026, 0, 7, 12).getTime();
const midnight = new Date(2026, 0, 8).getTime();
const monday = new Date(2026, 0, 12).getTime();

type Changes = Partial<Omit<BudgetsOptions, 'clients' | 'reserve'>> & {
  clients?: ReturnType<BudgetsOptions['clients']>;
  reserve?: ReturnType<BudgetsOptions['reserve']>;
};

function create({ clients = [], reserve = {}, ...changes }: Changes = {}) {
  const clock = { now: noon };
  const windows: PlanWindow[] = [];
  const log = memoryLog();
  const budgets = new Budgets({
    clients: () => clients,
    reserve: () => reserve,
    plan: { current: () => windows.filter(({ resetsAt = 0 }) => resetsAt > clock.now) },
    spentSince: () => Promise.resolve([]),
    isShared: false,
    log,
    now: () => clock.now,
    ...changes,
  });
  const spend = (client: string | undefined, tokens: number, more: Partial<Spending> = {}) => {
    budgets.spend({ ...(client !== undefined && { client }), tokens, costUsd: 0, isOfPlan: true, ...more });
  };
  return { budgets, clock, windows, log, spend };
}

const client = (name: string, budget = {}, usesReserve = false) => ({ name, budget, usesReserve });
const window = (utilization: number, changes: Partial<PlanWindow> = {}): PlanWindow => ({
  ...{ type: 'five_hour', status: 'allowed', utilization, resetsAt: noon + 2 * hourMs, observedAt: noon },
  ...changes,
});

describe('a budget', () => {
  it.each([
    ['tokens of a day', { tokens_per_day: 100 }, { tokens: 100, costUsd: 0 }, midnight],
    ['tokens of a week', { tokens_per_week: 100 }, { tokens: 100, costUsd: 0 }, monday],
    ['cost of a day', { cost_per_day: 2 }, { tokens: 1, costUsd: 2 }, midnight],
    ['cost of a week', { cost_per_week: 2 }, { tokens: 1, costUsd: 2 }, monday],
  ])('of %s holds until its reset', (_, budget, spent, reset) => {
    const { budgets, clock, spend } = create({ clients: [client('ada', budget)] });
    spend('ada', spent.tokens / 2, { costUsd: spent.costUsd / 2 });
    budgets.admit('ada', true);
    spend('ada', spent.tokens / 2, { costUsd: spent.costUsd / 2 });
    expect(() => {
      budgets.admit('ada', false);
    }).toThrow(
      expect.objectContaining({
        code: 'BUDGET_EXCEEDED',
        message: expect.stringContaining(new Date(reset).toISOString()) as string,
        facts: { resetsAt: reset },
      }),
    );
    clock.now = reset;
    budgets.admit('ada', true);
  });

  it('counts what its client uses through another service, once that can be known', async () => {
    let elsewhere = 0;
    const { budgets, spend, clock } = create({
      clients: [client('ada', { tokens_per_day: 100 })],
      isShared: true,
      spentSince: () => Promise.resolve([{ client: 'ada', tokens: elsewhere, costUsd: 0 }]),
    });
    await budgets.load();
    spend('ada', 60);
    elsewhere = 110;
    budgets.admit('ada', true);
    clock.now += 15_000;
    budgets.admit('ada', true);
    await Promise.resolve();
    await expect
      .poll(() => {
        try {
          budgets.admit('ada', true);
          return 'admitted';
        } catch (error) {
          return (error as Error).message;
        }
      })
      .toContain('110 tokens');
  });

  it('is of one client alone', () => {
    const { budgets, spend } = create({ clients: [client('ada', { tokens_per_day: 10 }), client('bob')] });
    spend('bob', 100);
    spend(undefined, 100);
    budgets.admit('ada', true);
    spend('ada', 10);
    budgets.admit('bob', true);
    budgets.admit(undefined, true);
    expect(() => {
      budgets.admit('ada', true);
    }).toThrow('10 tokens of its budget of 10 tokens (day)');
  });

  it('of a share of the plan is the client’s part of what went through the CLI', () => {
    const { budgets, windows, spend, clock } = create({ clients: [client('ada', { five_hour_share: 0.3 })] });
    windows.push(window(0.5));
    spend('ada', 50);
    spend('bob', 50);
    spend('ada', 500, { isOfPlan: false });
    expect(budgets.uses()).toEqual([
      { client: 'ada', window: 'five_hour', unit: 'share', limit: 0.3, used: 0.25, resetsAt: noon + 2 * hourMs },
    ]);
    budgets.admit('ada', true);
    windows[0] = window(0.7);
    expect(() => {
      budgets.admit('ada', true);
    }).toThrow('35% of its budget of 30% (five_hour)');
    // What the API's own key pays for is not of the plan.
    budgets.admit('ada', false);
    windows[0] = window(0.1, { resetsAt: noon + 7 * hourMs });
    clock.now = noon + 2 * hourMs;
    expect(budgets.uses()).toMatchObject([{ used: 0 }]);
    budgets.admit('ada', true);
  });

  it('of a share keeps what it counted where the reset is told a little differently', () => {
    const { budgets, windows, spend } = create({ clients: [client('ada', { five_hour_share: 0.3 })] });
    windows.push(window(0.5));
    spend('ada', 50);
    windows[0] = window(0.5, { resetsAt: noon + 2 * hourMs + 123 });
    expect(budgets.uses()).toMatchObject([{ used: 0.5 }]);
  });

  it('counts what was used before the start', async () => {
    const asked: unknown[] = [];
    const { budgets, windows, spend } = create({
      clients: [client('ada', { tokens_per_day: 100, tokens_per_week: 100, five_hour_share: 0.3 })],
      spentSince: (...query) => {
        asked.push(query);
        return Promise.resolve([
          { client: 'ada', tokens: 60, costUsd: 0 },
          { client: '', tokens: 60, costUsd: 0 },
        ]);
      },
    });
    windows.push(window(0.4));
    await budgets.load();
    spend('ada', 10);
    expect(asked).toEqual([
      ['all', 'day', midnight - dayMs],
      ['all', 'day', monday - 7 * dayMs],
      ['machine', 'hour', noon - 3 * hourMs],
      ['machine', 'hour', noon],
    ]);
    expect(budgets.uses().map(({ used }) => used)).toEqual([70, 70, expect.closeTo((0.4 * 70) / 130)]);
  });

  it('counts nothing of a day that is over by the time that its use is known', async () => {
    const { budgets, clock } = create({
      clients: [client('ada', { tokens_per_day: 100 })],
      spentSince: () => {
        clock.now = midnight;
        return Promise.resolve([{ client: 'ada', tokens: 100, costUsd: 0 }]);
      },
    });
    await budgets.load();
    budgets.admit('ada', true);
  });

  it('begins anew where that is not known, and says so', async () => {
    const { budgets, log } = create({
      clients: [client('ada', { tokens_per_day: 100 })],
      spentSince: () => Promise.reject(new Error('locked')),
    });
    await budgets.load();
    budgets.admit('ada', true);
    expect(log.lines).toMatchObject([{ level: 'warn', message: expect.stringContaining('from now on') as string }]);
  });
});

describe('the reserve', () => {
  it('is for clients whose token says so', () => {
    const { budgets, windows, clock } = create({
      clients: [client('ada', {}, true), client('bob')],
      reserve: { five_hour: 0.1 },
    });
    windows.push(window(0.89), window(1, { type: 'seven_day' }));
    budgets.admit('bob', true);
    windows[0] = window(0.9);
    budgets.admit('ada', true);
    budgets.admit('bob', false);
    for (const name of ['bob', undefined, 'eve']) {
      expect(() => {
        budgets.admit(name, true);
      }).toThrow(expect.objectContaining({ code: 'BUDGET_EXCEEDED', facts: { resetsAt: noon + 2 * hourMs } }));
    }
    clock.now = noon + 2 * hourMs;
    budgets.admit('bob', true);
  });

  it('of several logins is one for each: who may not use one may use another', () => {
    const silent = new Set<string>();
    const { budgets, windows } = create({
      ...{ clients: [client('ada', {}, true), client('bob')], reserve: { five_hour: 0.1 } },
      ...{ logins: ['home', 'work'], serves: (login) => !silent.has(login) },
    });
    windows.push(window(0.95, { login: 'home' }));
    budgets.admit('bob', true);
    budgets.admitTo('home', 'ada');
    budgets.admitTo('work', 'bob');
    const refused = (reset: number) =>
      expect.objectContaining({ code: 'BUDGET_EXCEEDED', facts: { resetsAt: reset } }) as Error;
    expect(() => {
      budgets.admitTo('home', 'bob');
    }).toThrow(refused(noon + 2 * hourMs));
    // What does not serve has nothing left either.
    silent.add('work');
    expect(() => {
      budgets.admit('bob', true);
    }).toThrow(refused(noon + 2 * hourMs));
    silent.clear();
    windows.push(window(0.9, { login: 'work', resetsAt: noon + hourMs }));
    expect(() => {
      budgets.admit('bob', true);
    }).toThrow(refused(noon + hourMs));
  });

  it('leaves shares of several plans that are used on the average', () => {
    const { budgets, windows, spend } = create({
      ...{ clients: [client('ada', { five_hour_share: 0.5 })], logins: ['home', 'work'] },
    });
    windows.push(window(0.4, { login: 'home' }));
    spend('ada', 100);
    expect(budgets.uses()).toMatchObject([{ used: 0.2, resetsAt: noon + 2 * hourMs }]);
    windows.push(window(0.6, { login: 'work', resetsAt: noon + 2 * hourMs + 1000 }));
    expect(budgets.uses()).toMatchObject([{ used: 0.5 }]);
  });
});
