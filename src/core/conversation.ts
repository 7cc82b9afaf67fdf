/**
 * The neutral form of a request: the Anthropic Messages API's own shapes, since that is what the CLI speaks.
 * Dialects translate into it; the turn engine feeds it to the CLI unchanged. Nothing in it is ever flattened to text.
 */

export interface TextBlock {
  type: 'text';
  text: string;
  /** Where an answer quotes documents of the conversation; the API's own objects, given back as they are. */
  citations?: readonly object[];
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

/** A document that is plain text. */
export interface TextSource {
  type: 'text';
  media_type: 'text/plain';
  data: string;
}

/** A document in pieces, each of which can be cited. */
export interface ContentSource {
  type: 'content';
  content: string | (TextBlock | ImageBlock)[];
}

/** Whether the model is to say where in a document its words come from. */
export interface CitationsSetting {
  enabled: boolean;
}

export interface DocumentBlock {
  type: 'document';
  source: Base64Source | UrlSource | TextSource | ContentSource;
  title?: string;
  /** What the client says of the document; the model does not cite it. */
  context?: string;
  citations?: CitationsSetting;
}

/** A piece that the client has found for the model, which can be cited by its source. */
export interface SearchResultBlock {
  type: 'search_result';
  source: string;
  title: string;
  content: TextBlock[];
  citations?: CitationsSetting;
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
  content: ResultBlock[];
  /** The content is text only then: the API takes no other, and the CLI drops it. */
  is_error?: boolean;
}

/** What the model thought, with the API's signature, without which it cannot be given back. */
export interface ThinkingBlock {
  type: 'thinking';
  thinking: string;
  signature: string;
}

/** Thinking that the API shows to nobody; opaque, and given back as it is. */
export interface RedactedThinkingBlock {
  type: 'redacted_thinking';
  data: string;
}

export type ResultBlock = TextBlock | ImageBlock | DocumentBlock | SearchResultBlock;
export type UserBlock = ResultBlock | ToolResultBlock;
export type AssistantBlock = TextBlock | ToolUseBlock | ThinkingBlock | RedactedThinkingBlock;

export interface UserMessage {
  role: 'user';
  content: UserBlock[];
}

export interface AssistantMessage {
  role: 'assistant';
  content: AssistantBlock[];
}

export type Message = UserMessage | AssistantMessage;

export type JsonSchema = Readonly<Record<string, unknown>>;

/** A function of the client's that the model may call. */
export interface Tool {
  /** The client's own name: 1 to 128 letters, digits, `_` and `-`. */
  name: string;
  description?: string;
  /** Its `type` is `object`. */
  inputSchema: JsonSchema;
  /** Whether arguments that don't match the schema are to be asked for once more. */
  strict: boolean;
  /** The request field that holds the schema, for errors. */
  field: string;
  /** Further fields of the Messages API's own description of a tool, sent as they are. */
  extra?: Readonly<Record<string, unknown>>;
}

/**
 * A whole request's content. Dialects guarantee that no message is empty, that no text block is blank where the API
 * would drop it, that neighbours of one role are one message, and that the last message is the user's.
 */
export interface Conversation {
  /** System prompts in order; the CLI joins them with a blank line. */
  system: string[];
  messages: Message[];
  /** What the model may call; none when absent. */
  tools?: readonly Tool[];
}
