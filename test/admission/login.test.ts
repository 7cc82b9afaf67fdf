import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Login, type LoginStatus } from '../../src/admission/login.ts';
import { createDeferred } from '../../src/util/deferred.ts';
import { memoryLog, type MemoryLog } from '../support/memory-log.ts';
import { eventually } from '../util/eventually.ts';

const loggedIn: LoginStatus = { state: 'logged_in' };
const loggedOut: LoginStatus = { state: 'logged_out' };
const refusal = { code: 'NOT_LOGGED_IN' };

describe('Login', () => {
  let now: number;
  let status: LoginStatus;
  let asked: number;
  let logins: number;
  let changes: boolean[];
  let log: MemoryLog;
  let login: Login;

  beforeEach(() => {
    now = 1_000_000;
    status = loggedIn;
    asked = 0;
    logins = 0;
    changes = [];
    log = memoryLog();
    login = new Login({
      ask: () => {
        asked += 1;
        return Promise.resolve(status);
      },
      remedy: 'log in on the server',
      onLogin: () => {
        logins += 1;
      },
      onChange: (isMissing) => changes.push(isMissing),
      log,
      now: () => now,
    });
  });
  afterEach(() => {
    login.stop();
    vi.useRealTimers();
  });

  it('says when there is a login again, and not that there is one', async () => {
    await login.start();
    expect(logins).toBe(0);
    status = loggedOut;
    login.refused();
    await eventually(() => {
      expect(login.missing).toBe(true);
    });
    now += 70_000;
    status = loggedIn;
    await login.admit();
    expect(logins).toBe(1);
    login.answered();
    expect(logins).toBe(1);
  });

  it.each([
    ['out', 'in', loggedOut, loggedIn],
    ['in', 'in as another', loggedIn, loggedIn],
    ['in', 'out', loggedIn, loggedOut],
  ])('ends what was started while it was logged %s, once, when somebody logs %s', async (_from, _to, before, after) => {
    status = before;
    await login.start();
    login.refused();
    const { returns } = login;
    status = after;
    await login.changed();
    expect([logins, login.returns - returns, login.missing]).toEqual([1, 1, after === loggedOut]);
  });

  it('reports that it is missing once, and that it works when that is proved', async () => {
    await login.start();
    expect(changes).toEqual([]);
    login.refused();
    login.refused();
    await eventually(() => {
      expect(log.lines.at(-1)?.message).toContain('refuses the login');
    });
    // It is no longer reported as missing, and nothing has proved that it works.
    now += 70_000;
    expect(login.missing).toBe(false);
    expect(changes).toEqual([true]);
    login.answered();
    login.answered();
    expect(changes).toEqual([true, false]);
    now += 5000;
    status = loggedOut;
    login.refused();
    await eventually(() => {
      expect(log.lines.at(-1)?.message).toContain('is not logged in');
    });
    status = loggedIn;
    now += 5000;
    await login.admit();
    expect(changes).toEqual([true, false, true, false]);
  });

  it('admits turns before it knows anything, and asks nothing for them', async () => {
    await login.admit();
    expect(login.missing).toBe(false);
    expect(asked).toBe(0);
  });

  it('admits turns while the CLI says that it is logged in', async () => {
    await login.start();
    await login.admit();
    expect(login.missing).toBe(false);
    expect(asked).toBe(1);
  });

  it('refuses turns while the CLI says that it is logged out', async () => {
    status = loggedOut;
    await login.start();
    now += 5000;
    expect(login.missing).toBe(true);
    await expect(login.admit()).rejects.toMatchObject(refusal);
  });

  it('gives a CLI that does not say the benefit of the doubt', async () => {
    status = { state: 'unknown' };
    await login.start();
    await login.admit();
    expect(login.missing).toBe(false);
  });

  it('does not take an answer that says nothing for a login', async () => {
    status = loggedOut;
    await login.start();
    status = { state: 'unknown' };
    now += 5000;
    await expect(login.admit()).rejects.toMatchObject(refusal);
  });

  it('asks again for a turn, at most once a second', async () => {
    vi.useFakeTimers();
    status = loggedOut;
    await login.start();
    const turn = expect(login.admit()).rejects.toMatchObject(refusal);
    await vi.advanceTimersByTimeAsync(999);
    expect(asked).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    await turn;
    expect(asked).toBe(2);
  });

  it('admits a turn right after a login, even when it was refused just before', async () => {
    vi.useFakeTimers();
    status = loggedOut;
    await login.start();
    status = loggedIn;
    const turn = login.admit();
    await vi.advanceTimersByTimeAsync(1000);
    await turn;
  });

  it('takes no answer for a turn that was asked for before the turn came', async () => {
    const answers = [createDeferred<LoginStatus>(), createDeferred<LoginStatus>()];
    let asks = -1;
    const slow = new Login({
      ask: () => answers[asks++]?.promise ?? Promise.resolve(loggedOut),
      remedy: 'log in on the server',
      log,
      now: () => now,
    });
    await slow.start();
    slow.stop();
    now += 5000;
    const early = expect(slow.admit()).rejects.toMatchObject(refusal);
    await Promise.resolve();
    const late = slow.admit();
    answers[0]?.resolve(loggedOut);
    answers[1]?.resolve(loggedIn);
    now += 5000;
    await early;
    await late;
    expect(asks).toBe(2);
  });

  it('admits the first turn after somebody has logged in', async () => {
    status = loggedOut;
    await login.start();
    status = loggedIn;
    now += 2000;
    await login.admit();
    expect(login.missing).toBe(false);
  });

  it('asks once for all turns that come at the same time', async () => {
    const answer = createDeferred<LoginStatus>();
    let asks = 0;
    const slow = new Login({
      ask: () => {
        asks += 1;
        return asks === 1 ? Promise.resolve(loggedOut) : answer.promise;
      },
      remedy: 'log in on the server',
      log,
      now: () => now,
    });
    await slow.start();
    slow.stop();
    now += 5000;
    const turns = [slow.admit(), slow.admit(), slow.admit()];
    answer.resolve(loggedIn);
    await Promise.all(turns);
    expect(asks).toBe(2);
  });

  it('notices a login by itself within half a minute', async () => {
    vi.useFakeTimers();
    status = loggedOut;
    await login.start();
    status = loggedIn;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(login.missing).toBe(false);
    await vi.advanceTimersByTimeAsync(300_000);
    expect(asked).toBe(2);
  });

  it('asks no more once it is stopped', async () => {
    vi.useFakeTimers();
    status = loggedOut;
    await login.start();
    login.stop();
    await vi.advanceTimersByTimeAsync(300_000);
    expect(asked).toBe(1);
  });

  it('asks no more when it is stopped before the first answer', async () => {
    vi.useFakeTimers();
    status = loggedOut;
    const starting = login.start();
    login.stop();
    await starting;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('reports a login that the API refused as missing for a minute, and lets turns prove otherwise', async () => {
    await login.start();
    login.refused();
    expect(login.missing).toBe(true);
    await login.admit();
    now += 60_000;
    expect(login.missing).toBe(false);
  });

  it('logs a refused login once with its remedy, and again only after it was taken', async () => {
    await login.start();
    const errors = () => log.lines.filter(({ level }) => level === 'error').map(({ message }) => message);
    login.refused();
    login.refused();
    await eventually(() => {
      expect(errors()).toEqual(['the API refuses the login of the claude CLI: log in on the server']);
    });
    login.answered();
    login.refused();
    login.refused();
    await eventually(() => {
      expect(errors()).toHaveLength(2);
    });
  });

  it('says nothing of a refusal that was over before it could be said', async () => {
    await login.start();
    login.refused();
    login.answered();
    await eventually(() => {
      expect(asked).toBe(2);
    });
    await Promise.resolve();
    expect(log.lines).toEqual([]);
  });

  it('says of a login that is gone only that, with the remedy', async () => {
    await login.start();
    status = loggedOut;
    login.refused();
    await eventually(() => {
      expect(log.lines.map(({ message }) => message)).toEqual([
        'the claude CLI is not logged in: log in on the server',
      ]);
    });
  });

  it('asks the CLI when the API refused its login', async () => {
    await login.start();
    status = loggedOut;
    login.refused();
    await eventually(() => {
      expect(asked).toBe(2);
    });
    now += 5000;
    await expect(login.admit()).rejects.toMatchObject(refusal);
  });

  it('takes an answered turn as proof, whatever was said before', async () => {
    status = loggedOut;
    await login.start();
    login.answered();
    expect(login.missing).toBe(false);
    status = loggedIn;
    login.refused();
    login.answered();
    expect(login.missing).toBe(false);
  });

  it('takes an answered turn for newer than what the CLI was asked before', async () => {
    const answer = createDeferred<LoginStatus>();
    const slow = new Login({ ask: () => answer.promise, remedy: 'log in on the server', log, now: () => now });
    slow.refused();
    slow.answered();
    answer.resolve(loggedOut);
    await answer.promise;
    await Promise.resolve();
    expect(slow.missing).toBe(false);
    await slow.admit();
    expect(log.lines).toEqual([]);
  });

  it('logs what changes, and nothing twice', async () => {
    status = loggedOut;
    await login.start();
    now += 5000;
    await login.admit().catch(() => undefined);
    status = loggedIn;
    now += 5000;
    await login.admit();
    expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'info']);
  });
});
