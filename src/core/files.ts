import type { Caller } from './sessions.ts';

/** What OpenAI's clients say a file is for. */
export type FilePurpose = 'assistants' | 'batch' | 'batch_output' | 'evals' | 'fine-tune' | 'user_data' | 'vision';

/** A file as it is kept; its content never changes. */
export interface StoredFile {
  /** `file_` or `file-`, as the API has it at which it came, and 32 hex digits. */
  id: string;
  /** 1 to 500 characters, without a path. */
  filename: string;
  /** By its content; such as `application/pdf`. */
  mimeType: string;
  sizeBytes: number;
  /** Hex; equal content is kept once. */
  sha256: string;
  /** In milliseconds since the epoch. */
  createdAt: number;
  /** It is gone from then on; absent: never. */
  expiresAt?: number;
  /** `user_data` where the client's API knows none. */
  purpose: FilePurpose;
}

/** What is said of a file that is about to come. */
export interface FileDraft {
  /** What its id begins with. */
  idPrefix: 'file_' | 'file-';
  filename: string;
  purpose: FilePurpose;
  /** As the client says; the content counts for more. */
  claimedType?: string;
  /** How long it is kept, in ms; as configured where absent. */
  keepMs?: number;
}

/** Bytes of a file: from the first to the last one, both included. */
export interface ByteRange {
  first: number;
  last: number;
}

export interface FileQuery {
  limit: number;
  /** Newest first by default. */
  order: 'asc' | 'desc';
  /** The id of a file of the list: what follows it, or precedes it. */
  after?: string;
  before?: string;
  purpose?: FilePurpose;
  ids?: readonly string[];
}

export interface FilePage {
  data: readonly StoredFile[];
  /** Whether more of the list follows, in the direction in which it was asked for. */
  hasMore: boolean;
}

/** The files of clients, each of which sees its own. All throw `FILE_NOT_FOUND` for any other. */
export interface Files {
  /**
   * Keeps a file as it comes; it is there when this settles, and nothing of it otherwise. Throws `BODY_TOO_LARGE`,
   * `FILES_FULL` or `INVALID_REQUEST`, or what `content` throws. `draft` may be a function, which is called when all of the
   * content has come: fields of a form may follow its file.
   */
  add(caller: Caller, draft: FileDraft | (() => FileDraft), content: AsyncIterable<Uint8Array>): Promise<StoredFile>;
  /** `field`: of the request that names it, for the error. */
  describe(caller: Caller, id: string, field?: string): Promise<StoredFile>;
  list(caller: Caller, query: FileQuery): Promise<FilePage>;
  /** Its content, piece by piece; leaving it early frees what it held, never beginning holds nothing. */
  read(
    caller: Caller,
    id: string,
    range?: ByteRange,
  ): Promise<{ file: StoredFile; content: AsyncIterable<Uint8Array> }>;
  delete(caller: Caller, id: string): Promise<void>;
}
