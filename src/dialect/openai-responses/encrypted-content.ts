import type { WireItem, WireResponse } from './types.ts';

/** With this value in `include` a client asks for the contents of reasoning items. */
export const encryptedContent = 'reasoning.encrypted_content';

/** The response for a client that has not asked for the contents of reasoning items. */
export function withoutEncrypted(response: WireResponse): WireResponse {
  return { ...response, output: response.output.map(withoutThought) };
}

export function withoutThought(item: WireItem): WireItem {
  if (item.type !== 'reasoning') return item;
  const rest = { ...item };
  delete rest.encrypted_content;
  return rest;
}
