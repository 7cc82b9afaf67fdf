import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import { expect, onTestFinished, test } from 'vitest';
import { agentsConfig } from '../../support/agents/agents-config.ts';
import { bash, calls, message, says } from '../../support/agents/scripted.ts';
import { WatchedSession } from '../../support/agents/watched-session.ts';
import { startWebhook } from '../../support/webhook.ts';
import { cheapModel, startHarness } from '../../support/harness.ts';

test('who is told of a question allows it with the link of the notice, once', async () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'agent-work-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const webhook = await startWebhook();
  const harness = await startHarness(undefined, {
    agents: agentsConfig({
      // Where the service listens is known when it does.
      ...{ notify_url: `${webhook.url}/topic`, notify_format: 'ntfy', notify_public_url: 'http://127.0.0.1:1' },
      careful: {
        ...{ model: cheapModel, workspaces: [{ path: folder, mode: 'rw' }], tools: ['bash'], sandbox: 'off' },
        permissions: { default: 'always_ask' },
      },
    }),
  });
  onTestFinished(() => harness.stop());
  harness.standIn.behave([calls(bash('touch allowed')), says('Done.')]);
  const client = new Anthropic({ baseURL: harness.url, apiKey: 'any', maxRetries: 0 });
  const { id } = await client.beta.sessions.create({ agent: 'careful', environment_id: 'careful' });
  const watched = await WatchedSession.of(client, id);
  await client.beta.sessions.events.send(id, { events: [message('Touch it.')] });
  expect(await watched.untilIdle()).toMatchObject({ type: 'requires_action' });

  await expect.poll(() => webhook.received).toHaveLength(1);
  const { path, body } = webhook.received[0] as (typeof webhook.received)[number];
  expect([path, body]).toMatchObject([
    '/',
    { topic: 'topic', title: 'careful asks to use bash', message: 'touch allowed' },
  ]);
  const [allow] = body['actions'] as { url: string }[];
  const link = (allow?.url ?? '').replace('http://127.0.0.1:1', harness.url);
  const page = await fetch(link, { headers: { accept: 'text/html' } });
  expect(await page.text()).toContain('<button>Allow</button>');
  expect(existsSync(join(folder, 'allowed'))).toBe(false);

  const decided = await fetch(link, { method: 'POST' });
  expect([decided.status, await decided.json()]).toMatchObject([200, { allowed: true }]);
  expect(await watched.untilIdle()).toEqual({ type: 'end_turn' });
  expect(existsSync(join(folder, 'allowed'))).toBe(true);
  expect((await fetch(link, { method: 'POST' })).status).toBe(409);
  expect(webhook.received).toHaveLength(1);
  expect(JSON.stringify(harness.log.lines)).not.toMatch(/signature|\/topic/);
});
