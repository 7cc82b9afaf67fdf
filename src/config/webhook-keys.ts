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
