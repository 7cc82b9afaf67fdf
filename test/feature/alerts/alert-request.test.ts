import { expect, it } from 'vitest';
import type { Alert } from '../../../src/feature/alerts/alert.ts';
import { toAlertRequest } from '../../../src/feature/alerts/alert-request.ts';

const at = Date.UTC(2026, 0, 31, 12);
const resetsAt = Date.UTC(2026, 0, 31, 14);
const alert: Alert = {
  ...{ type: 'plan_window', title: 'Claude plan used to 80%', message: 'Used <81%> & more.', at },
  window: { type: 'five_hour', status: 'allowed', utilization: 0.81, resetsAt, observedAt: at },
};
const over: Alert = { type: 'failures_over', title: 'Claude requests no longer fail', message: 'None has.', at };
const url = 'https://hook.example/in?key=1';

it('an alert is an object of its own by default', () => {
  const { body, ...request } = toAlertRequest({ url, format: 'json', token: 'tk_1' }, alert);
  expect(request).toEqual({ url, headers: { 'content-type': 'application/json', authorization: 'Bearer tk_1' } });
  expect(JSON.parse(body)).toEqual({
    ...{ type: 'plan_window', title: 'Claude plan used to 80%', message: 'Used <81%> & more.' },
    ...{ window: 'five_hour', utilization: 0.81, resets_at: '2026-01-31T14:00:00.000Z' },
    at: '2026-01-31T12:00:00.000Z',
  });
  expect(JSON.parse(toAlertRequest({ url, format: 'json' }, over).body)).toEqual({
    ...{ type: 'failures_over', title: 'Claude requests no longer fail', message: 'None has.' },
    at: '2026-01-31T12:00:00.000Z',
  });
});

it('ntfy gets text, with the rest in headers', () => {
  expect(toAlertRequest({ url, format: 'ntfy', token: 'tk_1' }, alert)).toEqual({
    url,
    headers: {
      ...{ 'content-type': 'text/plain; charset=utf-8', authorization: 'Bearer tk_1' },
      ...{ title: 'Claude plan used to 80%', priority: 'high', tags: 'warning' },
    },
    body: 'Used <81%> & more.',
  });
  expect(toAlertRequest({ url, format: 'ntfy' }, over).headers).toMatchObject({
    ...{ priority: 'default', tags: 'white_check_mark' },
  });
});

it('Slack gets text, in which nothing is markup', () => {
  const { body } = toAlertRequest({ url, format: 'slack' }, alert);
  expect(JSON.parse(body)).toEqual({ text: 'Used &lt;81%&gt; &amp; more.' });
});
