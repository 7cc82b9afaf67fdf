/** An address of the owner's that takes messages. */
export interface Webhook {
  url: string;
  format: 'json' | 'ntfy' | 'slack';
  /** Sent as a bearer token. */
  token?: string;
}

/** A request, to be sent by `POST`. */
export interface WebhookRequest {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

export function webhookHeaders(contentType: string, token: string | undefined): Record<string, string> {
  return { 'content-type': contentType, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
}

/** Plain text for Slack, which asks for these three alone. */
export function escapeForSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
