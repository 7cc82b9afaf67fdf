import type { ContentBlock } from './agent-engine.ts';
import type { Caller } from './sessions.ts';

/** Content in which images and documents may name files (`{ type: 'file', file_id }`), and what is known of it. */
export interface NamingContent {
  content: readonly ContentBlock[];
  /** The request's field that holds it, such as `events.0.content`; a source may have a `field` of its own. */
  field: string;
}

export interface FileContentsOptions {
  /** Files that are not kept here are left for the API to find, which has files of its own. */
  leavesUnknown?: boolean;
}

/**
 * What the model is given of the files of a caller. Both throw `FILE_NOT_FOUND`, `INVALID_REQUEST` for a file that the
 * model does not take where it stands, and `BODY_TOO_LARGE` for more of them together than the API takes.
 */
export interface FileContents {
  /** Reads none of them. Gives whether there are any. */
  check(caller: Caller, naming: NamingContent, options?: FileContentsOptions): Promise<boolean>;
  /** The content with all of them in the place of their names. */
  read(caller: Caller, naming: NamingContent, options?: FileContentsOptions): Promise<readonly ContentBlock[]>;
}
