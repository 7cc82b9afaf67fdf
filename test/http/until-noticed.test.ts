import { EventEmitter } from 'node:events';
import type { Response } from 'express';
import { expect, it } from 'vitest';
import { HarnessError } from '../../src/core/errors.ts';
import { untilNoticed } from '../../src/http/until-noticed.ts';

const limited = new HarnessError('PLAN_LIMIT_REACHED', 'Used up.');
const response = (closed = false): Response => Object.assign(new EventEmitter(), { closed }) as unknown as Response;
/** Longer than a test may take. */
const minuteMs = 60_000;

it('a refusal that /ready tells of as well waits', async () => {
  const res = response();
  const startedAt = performance.now();
  await untilNoticed(limited, res, { unreadyMs: 50 });
  // Timers count whole milliseconds.
  expect(performance.now() - startedAt).toBeGreaterThan(48);
  expect(res.listenerCount('close')).toBe(0);
});

it('any other failure does not, nor does one without a balancer', async () => {
  await untilNoticed(new HarnessError('RATE_LIMITED', 'Later.'), response(), { unreadyMs: minuteMs });
  await untilNoticed(new TypeError('a mistake'), response(), { unreadyMs: minuteMs });
  await untilNoticed(limited, response(), {});
});

it('nobody waits for a client that leaves', async () => {
  const res = response();
  const waiting = untilNoticed(limited, res, { unreadyMs: minuteMs });
  res.emit('close');
  await waiting;
  await untilNoticed(limited, response(true), { unreadyMs: minuteMs });
});
