import { expect, it } from 'vitest';
import { startWebhook } from '../../support/webhook.ts';
import { fiveHour, openAlerts, openAnother } from './open-alerts.ts';

it('what a service could not send before it stopped, the next start tells', async () => {
  const { url, received } = await startWebhook((_one, count) => (count === 1 ? 'hang' : 200));
  const webhook = { url, format: 'json' } as const;
  const opened = openAlerts({ webhook });
  // The first is under way, and may arrive; the others wait for it.
  opened.say(fiveHour(opened, 0.81, { type: 'seven_day' }));
  opened.say(fiveHour(opened, 0.81));
  opened.alerts.noteLogin(true);
  await expect.poll(() => received.length).toBe(1);
  await opened.alerts.stop();
  const next = openAnother(opened, { webhook });
  next.say(fiveHour(opened, 0.82, { type: 'seven_day' }));
  next.say(fiveHour(opened, 0.82));
  next.alerts.noteLogin(true);
  await expect
    .poll(() => received.map(({ body }) => [body['type'], body['window']]))
    .toEqual([
      ['plan_window', 'seven_day'],
      ['plan_window', 'five_hour'],
      ['login_missing', undefined],
    ]);
});
