/** True for an address that a notice can be sent to. Errors of requests would quote a password in it. */
export function isWebhookUrl(text: string): boolean {
  const url = toHttpUrl(text);
  return url !== undefined && url.username === '' && url.password === '';
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
