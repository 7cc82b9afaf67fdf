/** True for an address that messages can be sent to. Errors of requests would quote a password in it. */
export function isWebhookUrl(text: string): boolean {
  const url = toHttpUrl(text);
  return url !== undefined && url.username === '' && url.password === '';
}

export const expectedTopic = 'expected the address of a topic, such as https://ntfy.sh/TOPIC';

/** True for an address of ntfy without a topic. What is no address is reported as that. */
export function lacksTopic({ url, format }: { url?: string | undefined; format: string }): boolean {
  return format === 'ntfy' && url !== undefined && isWebhookUrl(url) && /^\/*$/.test(new URL(url).pathname);
}

/** True for an address to which a path can be added. */
export function isPublicUrl(text: string): boolean {
  return isWebhookUrl(text) && !/[?#]/.test(text);
}

/** True for what can stand in a header as one word. */
export function isBearerToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

function toHttpUrl(text: string): URL | undefined {
  return /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
}
