import { createHmac } from 'node:crypto';
import type { WebhookRequest } from './webhook.ts';

export interface SignedWebhook {
  url: string;
  /** `whsec_` and the key in base64; absent: it is not signed. */
  secret?: string;
  /** Of what is told, the same at each try. */
  id: string;
  /** When it is sent, in milliseconds since the epoch. */
  at: number;
  /** Sent as JSON. */
  message: object;
}

/** A message as the Standard Webhooks have it, which OpenAI's and Anthropic's clients verify: https://www.standardwebhooks.com. */
export function signedWebhook({ url, secret, id, at, message }: SignedWebhook): WebhookRequest {
  const body = JSON.stringify(message);
  const timestamp = String(Math.floor(at / 1000));
  const headers = { 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': timestamp };
  if (secret === undefined) return { url, headers, body };
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { url, headers: { ...headers, 'webhook-signature': `v1,${signature}` }, body };
}
