import { escapeForSlack, webhookHeaders, type Webhook, type WebhookRequest } from '../../util/webhook.ts';
import { isAllClear, type Alert } from './alert.ts';

/** The alert as the webhook takes it. */
export function toAlertRequest({ url, format, token }: Webhook, alert: Alert): WebhookRequest {
  const { title, message } = alert;
  const json = webhookHeaders('application/json', token);
  switch (format) {
    case 'json':
      return { url, headers: json, body: JSON.stringify(toJson(alert)) };
    case 'slack':
      return { url, headers: json, body: JSON.stringify({ text: escapeForSlack(message) }) };
    case 'ntfy': {
      const look = isAllClear(alert)
        ? { priority: 'default', tags: 'white_check_mark' }
        : { priority: 'high', tags: 'warning' };
      return { url, headers: { ...webhookHeaders('text/plain; charset=utf-8', token), title, ...look }, body: message };
    }
  }
}

function toJson({ type, title, message, at, login, window }: Alert): object {
  const about = { ...(login !== undefined && { login }), ...(window !== undefined && windowFields(window)) };
  return { type, title, message, ...about, at: toIso(at) };
}

function windowFields({ login, type, utilization, resetsAt }: NonNullable<Alert['window']>): object {
  return {
    ...(login !== undefined && { login }),
    window: type,
    ...(utilization !== undefined && { utilization }),
    ...(resetsAt !== undefined && { resets_at: toIso(resetsAt) }),
  };
}

function toIso(time: number): string {
  return new Date(time).toISOString();
}
