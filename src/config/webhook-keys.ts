import { checkedText, choice } from './key-types.ts';
import { isBearerToken, isWebhookUrl } from './webhook-url.ts';

// Keys of each section that names a webhook.

export function webhookUrl() {
  return checkedText('webhook', isWebhookUrl, 'an http or https address, without a user name and password', {
    secret: true,
  });
}

export function webhookFormat() {
  return choice(['json', 'ntfy', 'slack']);
}

export function webhookToken() {
  return checkedText('bearer token', isBearerToken, 'a token without spaces', { secret: true });
}

/** A key of the Standard Webhooks, of 24 to 64 bytes: https://www.standardwebhooks.com. */
export function isWebhookSecret(text: string): boolean {
  const [, key] = /^whsec_([A-Za-z0-9+/]{32,88}={0,2})$/.exec(text) ?? [];
  if (key === undefined) return false;
  const { length } = Buffer.from(key, 'base64');
  return length >= 24 && length <= 64;
}
