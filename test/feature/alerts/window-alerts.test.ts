import { describe, expect, it } from 'vitest';
import { without } from '../../../src/core/without.ts';
import { fiveHour, hourMs, openAlerts, openAnother } from './open-alerts.ts';

describe('a window of the plan', () => {
  it('is told at each threshold once', () => {
    const opened = openAlerts();
    for (const used of [0.5, 0.79, 0.81, 0.82, 0.9, 0.96, 0.97, 0.99]) opened.say(fiveHour(opened, used));
    expect(opened.state.log.lines.map(({ level, fields }) => [level, fields['alert']])).toEqual([
      ['warn', 'plan_window'],
      ['warn', 'plan_window'],
    ]);
    expect(opened.last()).toContain('is used to 96%');
  });

  it('that passes two thresholds at once is told once', () => {
    const opened = openAlerts();
    opened.say(fiveHour(opened, 0.97));
    expect(opened.told()).toHaveLength(1);
  });

  it('is told of each of several logins, whose plan it names', () => {
    const opened = openAlerts();
    opened.say(fiveHour(opened, 0.85, { login: 'home' }), fiveHour(opened, 0.85, { login: 'work' }));
    expect(opened.told()).toHaveLength(2);
    expect(opened.last()).toContain('The five-hour window of the plan of the login work is used to 85%');
    const other = openAnother(opened);
    other.say(fiveHour(opened, 0.85, { login: 'home' }));
    expect(opened.told()).toHaveLength(2);
  });

  it('is told again when it has reset, and not when its reset is given a second later', () => {
    const opened = openAlerts();
    const { resetsAt = 0 } = fiveHour(opened, 0);
    opened.say(fiveHour(opened, 0.85, { resetsAt }));
    opened.say(fiveHour(opened, 0.86, { resetsAt: resetsAt + 1000 }));
    expect(opened.told()).toHaveLength(1);
    opened.state.clock.now = resetsAt + hourMs;
    // What is said of a window that is over counts no more.
    opened.say(fiveHour(opened, 0.99, { resetsAt }));
    opened.say(fiveHour(opened, 0.2));
    expect(opened.told()).toHaveLength(1);
    opened.say(fiveHour(opened, 0.85));
    expect(opened.told()).toHaveLength(2);
  });

  it('is told once over services and starts', () => {
    const opened = openAlerts();
    const window = fiveHour(opened, 0.81);
    opened.say(window);
    const other = openAnother(opened);
    other.say(window);
    openAnother(opened, { windows: { current: () => [window], forecast: () => undefined, onNote: () => undefined } });
    expect(opened.told()).toHaveLength(1);
    // What holds is shown by each, though.
    expect(other.alerts.current()).toEqual(opened.alerts.current());
    other.say(fiveHour(opened, 0.95));
    opened.say(fiveHour(opened, 0.95));
    expect(opened.told()).toHaveLength(2);
  });

  it('of which nobody says when it resets is told again after five hours', () => {
    const opened = openAlerts();
    const window = without(fiveHour(opened, 0.85), 'resetsAt');
    opened.say(window);
    opened.state.clock.now += 4 * hourMs;
    opened.say(window);
    expect(opened.told()).toHaveLength(1);
    opened.state.clock.now += 2 * hourMs;
    opened.say(window);
    expect(opened.told()).toHaveLength(2);
  });

  it('is told once by each start where the state file cannot be used', () => {
    const opened = openAlerts();
    opened.state.file.close();
    opened.say(fiveHour(opened, 0.85));
    opened.say(fiveHour(opened, 0.86));
    expect(opened.told()).toHaveLength(1);
  });

  it('is shown while it holds', () => {
    const opened = openAlerts();
    opened.say(fiveHour(opened, 0.85));
    expect(opened.alerts.current()).toEqual([expect.stringContaining('used to 85%')]);
    opened.state.clock.now += 2 * hourMs;
    expect(opened.alerts.current()).toEqual([]);
  });

  it('is not told without thresholds', () => {
    const opened = openAlerts({ thresholds: [] });
    opened.say(fiveHour(opened, 1, { status: 'rejected' }));
    expect(opened.told()).toEqual([]);
  });

  it('that refuses has reached every threshold, whatever its share', () => {
    const opened = openAlerts();
    opened.say(without(fiveHour(opened, 0, { status: 'rejected' }), 'utilization'));
    expect(opened.last()).toContain('The five-hour window of the plan is used up');
  });
});
