import { toMcpName } from '../../core/agent-tool-names.ts';
import type { Question } from '../../core/sessions.ts';
import { escapeForSlack, webhookHeaders, type Webhook, type WebhookRequest } from '../../util/webhook.ts';
import { summarize, type QuestionDescription } from './describe-question.ts';
import type { Decision } from './signature.ts';

export interface Notice {
  question: Question;
  description: QuestionDescription;
  /** The addresses that answer it; absent where nobody could reach them. */
  links?: Readonly<Record<Decision, string>>;
}

/** The notice as the webhook takes it. */
export function toNoticeRequest({ url, format, token }: Webhook, notice: Notice): WebhookRequest {
  const headers = webhookHeaders('application/json', token);
  switch (format) {
    case 'json':
      return { url, headers, body: JSON.stringify(toJson(notice)) };
    case 'slack':
      return { url, headers, body: JSON.stringify(toSlack(notice)) };
    case 'ntfy': {
      const { server, topic } = splitTopic(url);
      return { url: server, headers, body: JSON.stringify(toNtfy(topic, notice)) };
    }
  }
}

function toJson({ question, description, links }: Notice): object {
  const { id, sessionId, agent, tool, askedAt, expiresAt } = question;
  return {
    type: 'permission_request',
    id,
    session_id: sessionId,
    agent,
    tool: tool.kind === 'mcp' ? toMcpName(tool.server, tool.name) : tool.name,
    summary: summarize(description),
    asked_at: new Date(askedAt).toISOString(),
    expires_at: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
    allow_url: links?.allow ?? null,
    deny_url: links?.deny ?? null,
  };
}

/** ntfy's JSON goes to the server itself, with the topic in it. */
function toNtfy(topic: string, { description, links }: Notice): object {
  const { title, subject } = description;
  return {
    topic,
    title,
    message: subject ?? title,
    tags: ['robot'],
    ...(links !== undefined && {
      actions: [
        { action: 'http', label: 'Allow', method: 'POST', url: links.allow, clear: true },
        { action: 'http', label: 'Deny', method: 'POST', url: links.deny, clear: true },
        { action: 'view', label: 'Details', url: links.allow },
      ],
    }),
  };
}

function splitTopic(url: string): { server: string; topic: string } {
  const server = new URL(url);
  const segments = server.pathname.split('/').filter((segment) => segment !== '');
  const topic = segments.pop() ?? '';
  server.pathname = `/${segments.join('/')}`;
  return { server: server.href, topic };
}

/** In plain text, so that nothing in a command is markup, but for the links. */
function toSlack({ description, links }: Notice): object {
  const text = summarize(description);
  const section = { type: 'section', text: { type: 'plain_text', text, emoji: false } };
  const actions =
    links === undefined ? '' : `<${escapeForSlack(links.allow)}|Allow> · <${escapeForSlack(links.deny)}|Deny>`;
  return {
    text: escapeForSlack(text),
    blocks: [section, ...(links === undefined ? [] : [{ type: 'section', text: { type: 'mrkdwn', text: actions } }])],
  };
}
