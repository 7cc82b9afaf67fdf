import type { TurnRequest } from '../../core/endpoint.ts';

/** Fields of the Messages API by which it runs tools itself. */
const toolsOfTheApi = ['mcp_servers', 'container'];

/**
 * Whether a request depends on nothing but itself: not on a stored response, on what tools of the API find, or on a row of
 * its own that later requests refer to. Of several answers to one request each is to be another.
 */
export function isCacheable(request: TurnRequest): boolean {
  const { conversations, options, background, store, continues } = request;
  const [conversation] = conversations;
  if (conversation === undefined || conversations.length > 1) return false;
  if (background === true || store === true || continues === true) return false;
  if (conversation.apiTools !== undefined && conversation.apiTools.length > 0) return false;
  return toolsOfTheApi.every((name) => options.extra?.[name] === undefined);
}
