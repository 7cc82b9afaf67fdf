import type { RequestHandler } from 'express';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { hashToken } from '../../../../src/util/token-hash.ts';
import { eventually } from '../../../util/eventually.ts';
import { draftOf } from '../../../support/agents/profile.ts';
import { linkedApp, pathOf, type LinkedApp } from '../../linked-app.ts';
import { testApp, type Reply } from '../../test-app.ts';

const owner = hashToken('one');
const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', origin: 'null' };
const form = { ...browser, 'content-type': 'application/x-www-form-urlencoded' };

async function asking({ command = 'rm a', expiresAfterMs }: { command?: string; expiresAfterMs?: number } = {}) {
  const test = linkedApp({ tokenHashes: [owner] });
  test.sessions.askTimeoutMs = expiresAfterMs;
  const { id } = await test.sessions.create(owner, draftOf());
  const input = { command, content: 'what is in the file' };
  const { id: question } = test.sessions.say(id, {
    ...{ type: 'agent.tool_use', name: 'bash', evaluated_permission: 'ask', input },
  } as const);
  const { allow, deny } = await test.links.to(await test.sessions.question(owner, question));
  return { ...test, id, question, allow: pathOf(allow), deny: pathOf(deny) };
}

const get = async ({ app }: LinkedApp, path: string, headers: Record<string, string> = {}): Promise<Reply> =>
  await request(app).get(path).set(headers);
const post = async ({ app }: LinkedApp, path: string, headers: Record<string, string> = {}): Promise<Reply> =>
  await request(app).post(path).set(headers);
const codeOf = ({ status, body }: Reply) => {
  const { error } = body as { error: { details: { error_code: string } } };
  return [status, error.details.error_code];
};

describe('a link to a question', () => {
  it.each(['allow', 'deny'] as const)('answers it by POST, without a token: %s', async (decision) => {
    const test = await asking();
    const { status, body } = await post(test, test[decision]);
    const allowed = decision === 'allow';
    expect([status, body]).toEqual([200, { status: 'success', permission_id: test.question, allowed }]);
    expect(test.sessions.sent).toEqual([
      { type: 'user.tool_confirmation', tool_use_id: test.question, result: decision },
    ]);
    expect(codeOf(await post(test, test.allow))).toEqual([409, 'session_conflict']);
    expect(test.sessions.sent).toHaveLength(1);
  });

  it('shows what is asked when it is opened, and decides nothing by that', async () => {
    const test = await asking({ command: 'rm <b>"a"</b> & rm b' });
    const { status, text, headers } = await get(test, test.deny, browser);
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).toContain('rm &lt;b&gt;&quot;a&quot;&lt;/b&gt; &amp; rm b');
    expect(text).toContain('<form method="post"><button>Deny</button></form>');
    expect(text).not.toMatch(/<script|what is in the file/);
    expect(headers).toMatchObject({
      'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    await request(test.app).head(test.deny);
    expect(test.sessions.sent).toEqual([]);
  });

  it('is answered with pages for a browser that sends the form of the page', async () => {
    const test = await asking();
    const first = await post(test, test.allow, form);
    expect([first.status, first.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(first.text).toContain('<h1>Allowed</h1>');
    const second = await post(test, test.allow, form);
    expect([second.status, second.headers['content-type']]).toEqual([409, 'text/html; charset=utf-8']);
    expect(second.text).toContain('This was settled before: allowed.');
    expect((await get(test, test.allow, browser)).status).toBe(409);
  });

  it('answers no other question, in no other way and for no longer', async () => {
    const test = await asking();
    const other = test.sessions.say(test.id, {
      ...{ type: 'agent.tool_use', name: 'bash', evaluated_permission: 'ask', input: { command: 'rm b' } },
    } as const);
    const changed = [
      test.deny.replace('decision=deny', 'decision=allow'),
      test.deny.replace(test.question, other.id),
      test.deny.replace(/expires=\d/, 'expires=9'),
      test.deny.replace(/signature=./, 'signature='),
      test.deny.replace(/&signature=.*/, ''),
      `/permissions/${test.question}/decide`,
    ];
    for (const path of changed) {
      expect(path).not.toBe(test.deny);
      expect(codeOf(await post(test, path))).toEqual([404, 'session_not_found']);
      expect((await get(test, path, browser)).status).toBe(404);
    }
    expect(test.sessions.sent).toEqual([]);
  });

  it('expires with the question, or after a day', async () => {
    const waiting = await asking();
    waiting.clock.now += 24 * 60 * 60 * 1000 - 1;
    expect((await get(waiting, waiting.allow)).status).toBe(200);
    waiting.clock.now += 1;
    expect(codeOf(await post(waiting, waiting.allow))).toEqual([410, 'link_expired']);

    const limited = await asking({ expiresAfterMs: 60_000 });
    limited.clock.now += 60_000;
    expect(codeOf(await post(limited, limited.allow))).toEqual([410, 'link_expired']);

    const withdrawn = await asking();
    await withdrawn.sessions.delete(owner, withdrawn.id);
    expect(codeOf(await post(withdrawn, withdrawn.allow))).toEqual([410, 'link_expired']);
    expect([...waiting.sessions.sent, ...limited.sessions.sent, ...withdrawn.sessions.sent]).toEqual([]);
  });

  it('gives no right to anything else', async () => {
    const test = await asking();
    const query = test.allow.slice(test.allow.indexOf('?'));
    for (const path of [`/permissions/${test.question}`, `/v1/sessions/${test.id}`])
      expect((await get(test, path + query)).status).toBe(401);
    expect((await post(test, `/permissions/${test.question}/respond${query}`)).status).toBe(401);
    expect(codeOf(await get(test, test.allow, { host: 'evil.example' }))).toEqual([403, 'host_not_allowed']);
  });

  it('is not in the log', async () => {
    const test = await asking();
    await get(test, test.allow, browser);
    await post(test, test.allow.replace(/signature=./, 'signature='));
    await post(test, test.allow);
    await eventually(() => {
      expect(test.log.lines.filter(({ fields }) => 'total_ms' in fields)).toHaveLength(3);
    });
    const log = JSON.stringify(test.log.lines);
    expect(log).toContain(`/permissions/${test.question}/decide`);
    expect(log).not.toMatch(/signature|expires=|decision=/);
  });

  it('is for the service that runs the agents, where that is another one', async () => {
    const test = await asking();
    const forwardAgents: RequestHandler = (req, res) => void res.json({ forwarded: req.originalUrl });
    const { app } = linkedApp({ forwardAgents, tokenHashes: [owner] });
    for (const send of [get, post])
      expect((await send({ ...test, app }, test.allow, form)).body).toEqual({ forwarded: test.allow });
  });

  it('says how links are turned on where they are not', async () => {
    const { sessions, ...test } = linkedApp();
    const { app } = testApp(undefined, { sessions });
    const reply = await get({ sessions, ...test, app }, '/permissions/sevt_1/decide');
    expect(codeOf(reply)).toEqual([404, 'session_not_found']);
    expect(reply.text).toContain('agents.notify_public_url');
  });
});
