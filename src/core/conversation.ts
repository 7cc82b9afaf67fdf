/**
 * The neutral form of a request: the Anthropic Messages API's own shapes, since that is what the CLI speaks.
 * Dialects translate into it; the turn engine feeds it to the CLI unchanged. Nothing in it is ever flattened to text.
 */

export interface TextBlock {
  type: 'text';
  text: string;
}

/** `data` is base64 without line breaks or a `data:` prefix. */
export interface Base64Source {
  type: 'base64';
  media_type: string;
  data: string;
}

export interface UrlSource {
  type: 'url';
  url: string;
}

export interface ImageBlock {
  type: 'image';
  source: Base64Source | UrlSource;
}

export interface DocumentBlock {
  type: 'document';
  source: Base64Source | UrlSource;
  title?: string;
}

export interface ToolUseBlock {
  type: 'tool_use';
  id: string;
  name: string;
  input: Record<string, unknown>;
}

export interface ToolResultBlock {
  type: 'tool_result';
  tool_use_id: string;
  content: (TextBlock | ImageBlock)[];
  is_error?: boolean;
}

export type UserBlock = TextBlock | ImageBlock | DocumentBlock | ToolResultBlock;
export type AssistantBlock = TextBlock | ToolUseBlock;

export interface UserMessage {
  role: 'user';
  content: UserBlock[];
}

export interface AssistantMessage {
  role: 'assistant';
  content: AssistantBlock[];
}

export type Message = UserMessage | AssistantMessage;

/**
 * A whole request's content. Dialects guarantee that no message is empty, that no text block is blank where the API
 * would drop it, that neighbours of one role are one message, and that the last message is the user's.
 */
export interface Conversation {
  /** System prompts in order; the CLI joins them with a blank line. */
  system: string[];
  messages: Message[];
}
