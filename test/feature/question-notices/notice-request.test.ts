import { describe, expect, it } from 'vitest';
import { describeQuestion } from '../../../src/feature/question-notices/describe-question.ts';
import { toNoticeRequest, type Notice } from '../../../src/feature/question-notices/notice-request.ts';
import type { Webhook } from '../../../src/util/webhook.ts';
import { askedAt, questionOf } from './question.ts';

const links = { allow: 'https://me.example/a?x=1&y=2', deny: 'https://me.example/d' };

function noticeOf(changes: Partial<Notice> = {}): Notice {
  const question = questionOf();
  return { question, description: describeQuestion(question, 300), links, ...changes };
}

function sent(webhook: Webhook, notice = noticeOf()) {
  const { url, headers, body } = toNoticeRequest(webhook, notice);
  return { url, headers, body: JSON.parse(body) as unknown };
}

describe('a notice', () => {
  it('is an object of its own by default', () => {
    const url = 'https://hook.example/in?key=1';
    expect(sent({ url, format: 'json' })).toEqual({
      url,
      headers: { 'content-type': 'application/json' },
      body: {
        type: 'permission_request',
        ...{ id: 'sevt_1', session_id: 'sesn_1', agent: 'tidy', tool: 'bash' },
        ...{ summary: 'tidy asks to use bash: rm -r old', asked_at: '2026-01-31T12:00:00.000Z', expires_at: null },
        ...{ allow_url: links.allow, deny_url: links.deny },
      },
    });
  });

  it('tells when the question expires, names tools of MCP servers, and may have no links', () => {
    const question = questionOf({
      expiresAt: askedAt + 60_000,
      tool: { kind: 'mcp', server: 'home', name: 'lamp' },
    });
    const { body } = sent(
      { url: 'https://hook.example', format: 'json' },
      { question, description: describeQuestion(question, 300) },
    );
    expect(body).toMatchObject({
      ...{ tool: 'mcp__home__lamp', expires_at: '2026-01-31T12:01:00.000Z', allow_url: null, deny_url: null },
    });
  });

  it('goes to the root of ntfy, with the topic and buttons', () => {
    expect(sent({ url: 'https://ntfy.example/sub/my-topic/?a=b', format: 'ntfy', token: 'tk_1' })).toEqual({
      url: 'https://ntfy.example/sub?a=b',
      headers: { 'content-type': 'application/json', authorization: 'Bearer tk_1' },
      body: {
        topic: 'my-topic',
        title: 'tidy asks to use bash',
        message: 'rm -r old',
        tags: ['robot'],
        actions: [
          { action: 'http', label: 'Allow', method: 'POST', url: links.allow, clear: true },
          { action: 'http', label: 'Deny', method: 'POST', url: links.deny, clear: true },
          { action: 'view', label: 'Details', url: links.allow },
        ],
      },
    });
    const { question, description } = noticeOf();
    expect(sent({ url: 'https://ntfy.sh/t', format: 'ntfy' }, { question, description })).toMatchObject({
      url: 'https://ntfy.sh/',
      body: { topic: 't' },
    });
  });

  it('is text and links for Slack, in which nothing of a command is markup', () => {
    const question = questionOf({ input: { command: 'echo <!channel> & *b*' } });
    const description = describeQuestion(question, 300);
    const slack = { url: 'https://hooks.slack.example/x', format: 'slack' } as const;
    expect(sent(slack, noticeOf({ question, description })).body).toEqual({
      text: 'tidy asks to use bash: echo &lt;!channel&gt; &amp; *b*',
      blocks: [
        {
          type: 'section',
          text: { type: 'plain_text', text: 'tidy asks to use bash: echo <!channel> & *b*', emoji: false },
        },
        {
          type: 'section',
          text: {
            type: 'mrkdwn',
            text: '<https://me.example/a?x=1&amp;y=2|Allow> · <https://me.example/d|Deny>',
          },
        },
      ],
    });
    expect(sent(slack, { question, description }).body).toMatchObject({ blocks: { length: 1 } });
  });
});
