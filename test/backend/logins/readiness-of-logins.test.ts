import { describe, expect, it } from 'vitest';
import { readinessOfLogins } from '../../../src/backend/logins/readiness-of-logins.ts';
import type { Readiness } from '../../../src/core/backend.ts';

const ready: Readiness = { ready: true };
const not = (reason: 'starting' | 'cli_missing' | 'cli_failing' | 'not_logged_in'): Readiness => ({
  ...{ ready: false, reason, message: `It is ${reason}.` },
});
const limited = (resetsAt: number): Readiness => ({
  ...{ ready: false, reason: 'rate_limited', message: 'It is used up.', resetsAt },
});
const of = (...states: Readiness[]) =>
  readinessOfLogins(states.map((readiness, index) => ({ name: `l${index + 1}`, readiness })));

describe('several logins are ready', () => {
  it('where one is, and say of which the owner has to look at', () => {
    expect(of(ready, ready)).toEqual({ ready: true });
    expect(of(ready, limited(1))).toEqual({ ready: true });
    expect(of(not('not_logged_in'), ready)).toEqual({ ready: true, notice: 'Login l1: It is not_logged_in.' });
    expect(of(ready, { ready: true, notice: 'It ends soon.' })).toMatchObject({ notice: 'Login l2: It ends soon.' });
  });

  it('where none is, until the earliest reset', () => {
    expect(of(limited(3), limited(2))).toMatchObject({ ready: false, reason: 'rate_limited', resetsAt: 2 });
    expect(of(not('not_logged_in'), limited(2))).toEqual({
      ...{ ready: false, reason: 'rate_limited', resetsAt: 2 },
      message: 'It is used up. Login l1: It is not_logged_in.',
    });
  });

  it('not before somebody has signed in, where all are missing', () => {
    expect(of(not('not_logged_in'), not('not_logged_in'))).toEqual({
      ...{ ready: false, reason: 'not_logged_in' },
      message: 'Login l1: It is not_logged_in. Login l2: It is not_logged_in.',
    });
  });

  it.each(['starting', 'cli_missing'] as const)(
    'not while one of them finds that it is %s, which all share',
    (reason) => {
      expect(of(not(reason), ready)).toEqual(not(reason));
    },
  );

  it('where a process of but one can’t be started', () => {
    expect(of(not('cli_failing'), ready)).toMatchObject({ ready: true });
  });
});
