import { describe, expect, it } from 'vitest';
import { openAlerts, openAnother } from './open-alerts.ts';

describe('the login', () => {
  it('is told to be missing with what to do, and then that it works again', () => {
    const opened = openAlerts();
    opened.alerts.noteLogin(true);
    const message = 'The claude CLI is not logged in, or its login is refused: log in on the server.';
    expect(opened.last()).toBe(message);
    expect(opened.alerts.current()).toEqual([message]);
    opened.alerts.noteLogin(false);
    expect(opened.last()).toBe('The login of the claude CLI works again; requests are served.');
    expect(opened.alerts.current()).toEqual([]);
    opened.alerts.noteLogin(true);
    expect(opened.told()).toEqual(['login_missing', 'login_restored', 'login_missing']);
    expect(opened.state.log.lines.map(({ level }) => level)).toEqual(['warn', 'info', 'warn']);
  });

  it('that works is nothing to tell of', () => {
    const opened = openAlerts();
    opened.alerts.noteLogin(false);
    expect(opened.told()).toEqual([]);
  });

  it('is told once over services and starts, also that it works again', () => {
    const opened = openAlerts();
    opened.alerts.noteLogin(true);
    const other = openAnother(opened);
    other.alerts.noteLogin(true);
    expect(opened.told()).toEqual(['login_missing']);
    const next = openAnother(opened);
    for (const each of [next, opened, other]) each.alerts.noteLogin(false);
    expect(opened.told()).toEqual(['login_missing', 'login_restored']);
  });

  it('is told where the state file cannot be used', () => {
    const opened = openAlerts();
    opened.state.file.close();
    opened.alerts.noteLogin(true);
    opened.alerts.noteLogin(false);
    opened.alerts.noteLogin(false);
    expect(opened.told()).toEqual(['login_missing', 'login_restored']);
  });

  it('of several is told by its name, each by itself', () => {
    const logins = ['home', 'work'].map((name) => ({ name, remedy: `log in as ${name}` }));
    const opened = openAlerts({ logins });
    opened.alerts.noteLogin(true, 'work');
    expect(opened.last()).toBe(
      'The claude CLI is not logged in with the login work, or its login is refused: log in as work.',
    );
    opened.alerts.noteLogin(true, 'home');
    opened.alerts.noteLogin(false, 'work');
    expect(opened.last()).toBe('The login work of the claude CLI works again; requests are served.');
    expect(opened.told()).toEqual(['login_missing', 'login_missing', 'login_restored']);
    expect(opened.alerts.current()).toEqual([expect.stringContaining('log in as home')]);
  });
});
