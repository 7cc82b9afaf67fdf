import { describe, expect, it, onTestFinished } from 'vitest';
import { AlertSender, type AlertSenderOptions } from '../../../src/feature/alerts/alert-sender.ts';
import type { Alert } from '../../../src/feature/alerts/alert.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { startWebhook } from '../../support/webhook.ts';

const alertOf = (message: string): Alert => ({ type: 'login_missing', title: 'Login', message, at: 0 });

function open(url: string, changes: Partial<AlertSenderOptions> = {}) {
  const log = memoryLog();
  const sender = new AlertSender({ webhook: { url, format: 'json' }, log, retryMs: 1, timeoutMs: 5000, ...changes });
  onTestFinished(() => sender.stop());
  const unsent: string[] = [];
  const announce = (message: string): void => {
    sender.announce(alertOf(message), () => unsent.push(message));
  };
  const failures = () => log.lines.filter(({ message }) => message === 'an alert could not be sent');
  return { sender, announce, unsent, log, failures };
}

describe('an alert', () => {
  it('is sent again after failures that may pass, and others after it', async () => {
    const { url, received } = await startWebhook((_one, count) => [500, 429][count - 1] ?? 200);
    const { announce, log } = open(url);
    announce('first');
    announce('second');
    await expect.poll(() => received.map(({ body }) => body['message'])).toEqual(['first', 'first', 'first', 'second']);
    expect(log.lines.map(({ level, message }) => [level, message])).toEqual([
      ['warn', 'first'],
      ['warn', 'second'],
    ]);
  });

  it('is given up where the webhook answers nothing, with one line', async () => {
    const { url, received } = await startWebhook((_one, count) => (count <= 5 ? 'hang' : 200));
    const { announce, failures } = open(url, { timeoutMs: 30 });
    announce('first');
    announce('second');
    await expect.poll(() => received.at(-1)?.body['message']).toBe('second');
    expect(failures().map(({ fields }) => fields)).toEqual([
      { alert: 'login_missing', to: url, reason: 'TimeoutError', tries: 5 },
    ]);
  });

  it('is given up where the webhook is gone, with one line without secrets', async () => {
    // Nobody listens on this port.
    const { announce, failures, log } = open('http://127.0.0.1:2/secret-topic');
    announce('first');
    await expect.poll(failures).toHaveLength(1);
    expect(failures()[0]?.fields).toMatchObject({ to: 'http://127.0.0.1:2', reason: 'ECONNREFUSED', tries: 5 });
    expect(JSON.stringify(log.lines)).not.toContain('secret');
  });

  it('waits for its turn with a bounded number of others', async () => {
    const { url } = await startWebhook(() => 'hang');
    const { sender, announce, unsent, failures } = open(url);
    for (let count = 0; count < 22; count += 1) announce(String(count));
    expect(failures().map(({ fields }) => fields['reason'])).toEqual(Array(2).fill('too many others wait'));
    await sender.stop();
    expect(unsent.length).toBeGreaterThanOrEqual(19);
  });

  it('that waits for its next try when the service stops is given back', async () => {
    const { url, received } = await startWebhook(() => 500);
    const { sender, announce, unsent } = open(url, { retryMs: 60_000 });
    announce('first');
    await expect.poll(() => received.length).toBe(1);
    // A whole request later the answer to the first one is read, and the wait has begun.
    await fetch(url, { method: 'POST', body: '{}' });
    await sender.stop();
    expect(unsent).toEqual(['first']);
  });

  it('is in the log alone without a webhook', () => {
    const log = memoryLog();
    new AlertSender({ log }).announce(alertOf('first'), () => undefined);
    expect(log.lines).toMatchObject([{ level: 'warn', message: 'first', fields: { alert: 'login_missing' } }]);
  });
});
