import { describe, expect, it } from 'vitest';
import type { PlanWindow } from '../../../src/core/plan-windows.ts';
import { KnownWindows } from '../../../src/feature/plan-windows/known-windows.ts';
import { createSampleStore } from '../../../src/feature/plan-windows/sample-store.ts';
import { createAlertStore } from '../../../src/feature/alerts/alert-store.ts';
import { migrations } from '../../../src/state/migrations.ts';
import { openState, type OpenState } from '../../state/open-state.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

function open(state = openState()) {
  const { file, log, clock } = state;
  const now = () => clock.now;
  const store = createSampleStore(file, now);
  return { ...state, store, known: new KnownWindows({ store, log, now }) };
}

const sample = ({ clock }: Pick<OpenState, 'clock'>, changes: Partial<PlanWindow> = {}): PlanWindow => ({
  ...{ type: 'five_hour', status: 'allowed', utilization: 0.2, resetsAt: clock.now + 3 * hourMs },
  observedAt: clock.now,
  ...changes,
});

const rows = ({ file }: OpenState): unknown =>
  file.read((database) => database.prepare('SELECT count(*) FROM plan_samples').pluck().get() as unknown);

describe('the plan’s windows', () => {
  it('are those last seen, until they reset', () => {
    const opened = open();
    const { known, clock } = opened;
    known.note([sample(opened, { type: 'seven_day', resetsAt: clock.now + dayMs }), sample(opened)]);
    known.note([sample(opened, { utilization: 0.3 })]);
    expect(known.current().map(({ type, utilization }) => [type, utilization])).toEqual([
      ['five_hour', 0.3],
      ['seven_day', 0.2],
    ]);
    clock.now += 3 * hourMs;
    expect(known.current().map(({ type }) => type)).toEqual(['seven_day']);
  });

  it('of several logins are told apart, and those of others do not count', () => {
    const opened = open();
    opened.known.note([sample(opened)]);
    const logins = ['home', 'work'];
    const several = () => new KnownWindows({ ...opened, now: () => opened.clock.now, logins });
    several().note([sample(opened, { login: 'gone' }), sample(opened, { login: 'work' })]);
    several().note([sample(opened, { login: 'home', utilization: 0.3 })]);
    const known = several();
    expect(known.current().map(({ login, utilization }) => [login, utilization])).toEqual([
      ['home', 0.3],
      ['work', 0.2],
    ]);
    expect(known.history(0)).toMatchObject([
      { login: 'home', type: 'five_hour', points: [{ utilization: 0.3 }] },
      { login: 'work', type: 'five_hour', points: [{ utilization: 0.2 }] },
    ]);
    expect(open(opened).known.current()).toMatchObject([{ utilization: 0.2 }]);
    expect(open(opened).known.current()[0]).not.toHaveProperty('login');
  });

  it('that were stored before there could be several logins are those of the one', () => {
    const before = migrations.findIndex((step) => step.includes('plan_samples_of_one'));
    const old = openState({ migrations: migrations.slice(0, before) });
    const { observedAt, resetsAt } = sample(old);
    old.file.write((database) => {
      database.exec(
        `INSERT INTO plan_samples VALUES ('five_hour', 0, ${observedAt}, 'allowed', 0.2, ${resetsAt ?? 0});
         INSERT INTO alert_crossings VALUES ('five_hour', 0.8, ${resetsAt ?? 0}, 0)`,
      );
    });
    old.file.close();
    const opened = open(openState({ path: old.path }));
    expect(opened.known.current()).toEqual([sample(old)]);
    const told = { type: 'five_hour', threshold: 0.8, resetsAt: resetsAt ?? 0 };
    expect(createAlertStore(opened.file).claimCrossing(told, observedAt)).toBe(false);
  });

  it('outlive the service', () => {
    const opened = open();
    opened.known.note([sample(opened), { type: 'seven_day', status: 'allowed', observedAt: opened.clock.now }]);
    const { known } = open(opened);
    expect(known.current()).toEqual(opened.known.current());
    expect(known.current()).toHaveLength(2);
  });

  it('are stored when they have changed', () => {
    const opened = open();
    const { known, clock } = opened;
    known.note([sample(opened)]);
    const { resetsAt = 0 } = known.current()[0] ?? {};
    clock.now += 10 * minuteMs;
    known.note([sample(opened, { resetsAt })]);
    expect(rows(opened)).toBe(1);
    expect(known.current()).toMatchObject([{ observedAt: clock.now }]);
    known.note([sample(opened, { resetsAt, utilization: 0.21 })]);
    expect(rows(opened)).toBe(2);
  });

  it('are known of what another service has noted', () => {
    const opened = open();
    const other = open(opened);
    expect(opened.known.current()).toEqual([]);
    other.known.note([sample(opened)]);
    opened.known.refresh();
    expect(opened.known.current()).toHaveLength(1);
  });

  it('are known without a state file', () => {
    const opened = open();
    opened.file.close();
    opened.known.note([sample(opened)]);
    expect(opened.known.current()).toHaveLength(1);
  });

  it('have a curve, thinned to what a chart can show', () => {
    const opened = open();
    const { known, clock } = opened;
    const from = clock.now;
    const resetsAt = from + 100 * hourMs;
    for (let minute = 0; minute < 1500; minute += 1) {
      known.note([sample(opened, { resetsAt, utilization: minute / 2000 })]);
      clock.now += minuteMs;
    }
    const [curve] = known.history(from);
    expect(curve?.type).toBe('five_hour');
    expect(curve?.points.length).toBeLessThanOrEqual(500);
    expect(curve?.points.length).toBeGreaterThan(300);
    expect(curve?.points.at(-1)).toMatchObject({ utilization: 1499 / 2000 });
    expect(known.history(clock.now - 5 * minuteMs)[0]?.points).toHaveLength(5);
  });

  it('have a forecast from their curve', () => {
    const opened = open();
    const { known, clock } = opened;
    const resetsAt = clock.now + 4 * hourMs;
    known.note([sample(opened, { resetsAt, utilization: 0.1 })]);
    clock.now += hourMs / 2;
    known.note([sample(opened, { resetsAt, utilization: 0.4 })]);
    const [window] = known.current();
    expect(window && known.forecast(window)).toMatchObject({ lasts: false, runsOutAt: clock.now + hourMs });
  });

  it('are kept for five weeks', () => {
    const opened = open();
    const { known, store, clock } = opened;
    known.note([sample(opened)]);
    clock.now += 34 * dayMs;
    store.prune();
    expect(rows(opened)).toBe(1);
    clock.now += 2 * dayMs;
    expect(store.prune()).toBe(false);
    expect(rows(opened)).toBe(0);
  });
});
