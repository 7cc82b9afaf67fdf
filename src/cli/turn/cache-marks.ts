import type { CacheControl } from '../../core/conversation.ts';
import { countMarks, isMarkable, mapMarks } from '../../messages-api/cache-control.ts';

/** What the CLI puts on its own blocks: with a subscription it lasts for an hour, with an API key for five minutes. */
export type CacheMark = Readonly<{ type: 'ephemeral'; ttl?: '1h' }>;

export interface CacheMarkOptions {
  /** What the CLI marks its own part of the prompt with, between the tools and the messages. */
  mark: CacheMark;
  /** How many blocks the CLI marks. */
  taken: number;
  /** The client's mark for the end of the prompt, whatever stands there. */
  end?: CacheControl;
}

/** The API refuses more. */
const maxMarks = 4;

interface MarkedBody {
  tools?: object[];
  messages: readonly { content: readonly object[] }[];
}

/**
 * The client's marks for the prompt cache, made to fit those of the CLI: there are four in all, of which the last ones
 * count most, and those that last longer must come first. Where the client marks no message, the end of the prompt is
 * marked, as the CLI does, so that a follow-up finds it in the cache.
 */
export function withCacheMarks<Body extends MarkedBody>(body: Body, { mark, taken, end }: CacheMarkOptions): Body {
  const ofTools = (own: CacheControl) => (mark.ttl === '1h' ? { ...own, ttl: '1h' } : own);
  const ofMessages = (own: CacheControl) => (mark.ttl !== '1h' && own.ttl === '1h' ? { ...own, ttl: '5m' } : own);
  const isMarked = body.messages.some(({ content }) => countMarks(content) > 0);
  const last = end === undefined ? (isMarked ? undefined : mark) : ofMessages(end);
  const tools = body.tools && mapMarks(body.tools, ofTools);
  const messages = body.messages.map((message) => ({ ...message, content: mapMarks(message.content, ofMessages) }));
  const marked = {
    ...body,
    ...(tools && { tools }),
    messages: last === undefined ? messages : withEnd(messages, last),
  };
  return withoutFirst(marked, countAll(marked) + taken - maxMarks);
}

function withEnd(messages: MarkedBody['messages'], mark: CacheControl): MarkedBody['messages'] {
  const last = messages.at(-1);
  const index = last?.content.findLastIndex(isMarkable) ?? -1;
  const block = last?.content[index];
  if (last === undefined || block === undefined || countMarks([block]) > 0) return messages;
  return [...messages.slice(0, -1), { ...last, content: last.content.with(index, { ...block, cache_control: mark }) }];
}

function countAll({ tools = [], messages }: MarkedBody): number {
  return messages.reduce((sum, { content }) => sum + countMarks(content), countMarks(tools));
}

function withoutFirst<Body extends MarkedBody>(body: Body, surplus: number): Body {
  if (surplus <= 0) return body;
  let left = surplus;
  const unlessFirst = (mark: CacheControl) => (left-- > 0 ? undefined : mark);
  const tools = body.tools && mapMarks(body.tools, unlessFirst);
  const messages = body.messages.map((message) => ({ ...message, content: mapMarks(message.content, unlessFirst) }));
  return { ...body, ...(tools && { tools }), messages };
}
