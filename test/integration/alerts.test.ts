import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { apiErrors } from '../../src/stand-in/api-errors.ts';
import type { Behaviour } from '../../src/stand-in/behaviour.ts';
import { planHeaders } from '../../src/stand-in/plan-headers.ts';
import { cheapModel, startHarness, type ConfigChanges, type Harness } from '../support/harness.ts';
import { startWebhook } from '../support/webhook.ts';

async function start(behaviour: Behaviour, changes: ConfigChanges): Promise<Harness> {
  const harness = await startHarness(behaviour, changes);
  onTestFinished(() => harness.stop());
  return harness;
}

async function ask({ client }: Harness): Promise<string> {
  const request = { model: cheapModel, messages: [{ role: 'user' as const, content: 'Hello' }] };
  return client.chat.completions.create(request).then(
    () => 'answered',
    (error: unknown) => (error as { code: string }).code,
  );
}

test('a plan that is nearly used up is told to the webhook once, also after a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'alerts-test-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const { url, received } = await startWebhook();
  // Where more processes wait than are wanted, one is ended before it has said what is used.
  const changes = { state: { path: join(folder, 'state.db') }, alerts: { url }, pool: { max_warm: 4 } };
  const resetsAt = Math.floor(Date.now() / 1000) + 3600;
  const used = (utilization: number): Behaviour => {
    const headers = planHeaders({ status: 'allowed_warning', resetsAt, utilization });
    return { kind: 'answer', text: 'ok', headers };
  };
  const told = () => received.map(({ body }) => [body['type'], body['window'], body['utilization']]);

  const first = await start(used(0.91), changes);
  await ask(first);
  await expect.poll(told).toEqual([['plan_window', 'five_hour', 0.91]]);
  expect(received[0]?.body['message']).toContain('The five-hour window of the plan is used to 91%; it resets');
  await first.stop();

  // It is known from the state file that the window is used, and that its owner was told.
  const second = await start(used(0.96), changes);
  expect(second.service.alerts().join()).toContain('used to 91%');
  await ask(second);
  await expect.poll(told).toEqual([
    ['plan_window', 'five_hour', 0.91],
    ['plan_window', 'five_hour', 0.96],
  ]);
});

test('a refused login and failures are told, and that the login works again', async () => {
  const { url, received } = await startWebhook();
  const harness = await start(apiErrors.authentication(), { alerts: { url, failures: 1 } });
  expect(await ask(harness)).toBe('not_logged_in');
  harness.standIn.behave(apiErrors.permission());
  expect(await ask(harness)).toBe('upstream_permission_denied');
  harness.standIn.behave({ kind: 'answer', text: 'ok' });
  expect(await ask(harness)).toBe('answered');
  const types = ['login_missing', 'failures', 'login_restored'];
  await expect.poll(() => received.map(({ body }) => body['type'])).toEqual(types);
  expect(harness.service.alerts()).toEqual([expect.stringContaining('PERMISSION_DENIED')]);
});
