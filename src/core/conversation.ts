/**
 * The neutral form of a request: the Messages API's own shapes, since that is what every backend speaks. Dialects
 * translate into it; backends pass it on unchanged. Nothing in it is ever flattened to text.
 */

/**
 * What a client says of a block beyond what is read here, such as who made a call, given on as it is. Marks for the
 * prompt cache are among it.
 */
export interface Marked {
  cache_control?: CacheControl | null;
}

/** Asks the API to keep the prompt up to here. */
export interface CacheControl {
  type: string;
  ttl?: string;
}

/**
 * A block that only the API and the client understand, such as those of tools that the API runs. It is passed on as it
 * is, in both directions.
 */
export interface OpaqueBlock {
  type: 'opaque';
  block: Readonly<Record<string, unknown>>;
}

export interface TextBlock extends Marked {
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

/** A file that the client has uploaded before. It is read when the turn has its place, and takes the form that it needs. */
export interface FileSource {
  type: 'file';
  file_id: string;
  /** The request's field that names it, for errors. */
  field: string;
}

export interface ImageBlock extends Marked {
  type: 'image';
  source: Base64Source | UrlSource | FileSource;
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

/** Whether the model should say where in a document its words come from. */
export interface CitationsSetting {
  enabled: boolean;
}

export interface DocumentBlock extends Marked {
  type: 'document';
  source: Base64Source | UrlSource | TextSource | ContentSource | FileSource;
  title?: string;
  /** What the client says about the document; the model does not cite it. */
  context?: string;
  citations?: CitationsSetting;
}

/** A piece that the client has found for the model, which can be cited by its source. */
export interface SearchResultBlock extends Marked {
  type: 'search_result';
  source: string;
  title: string;
  content: TextBlock[];
  citations?: CitationsSetting;
}

export interface ToolUseBlock extends Marked {
  type: 'tool_use';
  id: string;
  name: string;
  input: Record<string, unknown>;
}

export interface ToolResultBlock extends Marked {
  type: 'tool_result';
  tool_use_id: string;
  content: ResultBlock[];
  /** Then the content is text only: the API refuses any other, and the CLI drops it. */
  is_error?: boolean;
}

/** What the model thought, with the API's signature, without which it cannot be sent back. */
export interface ThinkingBlock {
  type: 'thinking';
  thinking: string;
  signature: string;
}

/** Thinking that the API shows to nobody; opaque, and sent back as it is. */
export interface RedactedThinkingBlock {
  type: 'redacted_thinking';
  data: string;
}

export type ResultBlock = TextBlock | ImageBlock | DocumentBlock | SearchResultBlock | OpaqueBlock;
export type UserBlock = ResultBlock | ToolResultBlock;
export type AssistantBlock = TextBlock | ToolUseBlock | ThinkingBlock | RedactedThinkingBlock | OpaqueBlock;

export interface UserMessage {
  role: 'user';
  content: UserBlock[];
}

export interface AssistantMessage {
  role: 'assistant';
  content: AssistantBlock[];
}

/** What the operator tells the model in the course of the conversation; it holds from there on. */
export interface SystemMessage {
  role: 'system';
  content: TextBlock[];
}

export type Message = UserMessage | AssistantMessage | SystemMessage;

export type JsonSchema = Readonly<Record<string, unknown>>;

/** A client's function that the model may call. */
export interface Tool {
  /** The client's own name: 1 to 128 letters, digits, `_` and `-`. */
  name: string;
  description?: string;
  /** Its `type` is `object`. */
  inputSchema: JsonSchema;
  /** Whether the model is asked once more for arguments that don't match the schema. */
  strict: boolean;
  /** The API keeps the arguments of its calls to the schema. */
  constrained?: boolean;
  /** Properties whose names the API does not take get others for the model. */
  renamesKeys?: boolean;
  /** The request field that holds the schema, for errors. */
  field: string;
  /** Further fields of the Messages API's own description of a tool, sent as they are. */
  extra?: Readonly<Record<string, unknown>>;
}

/** A tool that the API itself defines, and runs or leaves to the client; it keeps its own name. */
export interface ApiTool {
  /** Absent where it stands for several tools. */
  name?: string;
  /** The API's description of it, sent as it is. */
  definition: Readonly<Record<string, unknown>>;
  /** Its place among all tools of the request. */
  index: number;
}

/**
 * A whole request's content. Dialects guarantee that no message is empty, that no text block is blank where the API
 * would drop it, that neighbours of one role are one message, and that a system message comes right after a user's, which
 * is where the API takes it. The last message but for a system's is the user's, or an answer of the model's that it is to
 * go on with.
 */
export interface Conversation {
  /** System prompts in order; the CLI joins them with a blank line. */
  system: string[];
  messages: Message[];
  /** Marks for the prompt cache, by the index in `system` of the prompt that they stand on. */
  systemMarks?: ReadonlyMap<number, CacheControl>;
  /** What the model may call; none when absent. */
  tools?: readonly Tool[];
  /** What it may call besides. */
  apiTools?: readonly ApiTool[];
}
