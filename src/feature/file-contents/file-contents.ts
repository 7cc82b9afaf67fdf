import type { ContentBlock } from '../../core/agent-engine.ts';
import { HarnessError } from '../../core/errors.ts';
import type { FileContents, FileContentsOptions, NamingContent } from '../../core/file-contents.ts';
import type { Files, StoredFile } from '../../core/files.ts';
import type { Caller } from '../../core/sessions.ts';
import { fileKind } from './file-kind.ts';
import { namingBlocks, replaceNamingBlocks, type NamingBlock } from './naming-blocks.ts';
import { toContentBlock } from './to-content-block.ts';

/** What the Messages API takes of one request, in bytes. */
const maxRequestBytes = 32 * 1024 * 1024;

interface FoundFile {
  naming: NamingBlock;
  file: StoredFile;
}

/** The contents of files out of the store of them. What they come to is known before any is read. */
export class StoredFileContents implements FileContents {
  readonly #files: Files;

  constructor(files: Files) {
    this.#files = files;
  }

  async check(caller: Caller, naming: NamingContent, options?: FileContentsOptions): Promise<boolean> {
    const named = namingBlocks(naming);
    await this.#find(caller, named, options);
    return named.length > 0;
  }

  async read(caller: Caller, naming: NamingContent, options?: FileContentsOptions): Promise<readonly ContentBlock[]> {
    const read = new Map<ContentBlock, ContentBlock>();
    for (const { naming: named, file } of await this.#find(caller, namingBlocks(naming), options)) {
      const bytes = await this.#bytes(caller, file.id, named.field);
      read.set(named.block, toContentBlock(named, file, bytes));
    }
    return replaceNamingBlocks(naming, ({ block, fileId }) => read.get(block) ?? byIdAlone(block, fileId));
  }

  /** One after the other, so that the first that is wrong is the one that is named. */
  async #find(
    caller: Caller,
    named: readonly NamingBlock[],
    { leavesUnknown = false }: FileContentsOptions = {},
  ): Promise<FoundFile[]> {
    const found: FoundFile[] = [];
    let bytes = 0;
    for (const naming of named) {
      const file = await this.#describe(caller, naming, leavesUnknown);
      if (file === undefined) continue;
      bytes += sentBytes(file, naming);
      if (bytes > maxRequestBytes) throw tooLarge(naming.field);
      found.push({ naming, file });
    }
    return found;
  }

  async #describe(
    caller: Caller,
    { fileId, field }: NamingBlock,
    leavesUnknown: boolean,
  ): Promise<StoredFile | undefined> {
    try {
      return await this.#files.describe(caller, fileId, field);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      if (leavesUnknown) return undefined;
      throw notFound(error, field);
    }
  }

  async #bytes(caller: Caller, id: string, field: string): Promise<Buffer> {
    try {
      const { content } = await this.#files.read(caller, id);
      const pieces: Uint8Array[] = [];
      for await (const piece of content) pieces.push(piece);
      return Buffer.concat(pieces);
    } catch (error) {
      throw isNotFound(error) ? notFound(error, field) : error;
    }
  }
}

/** Base64 has four characters for three bytes. */
function sentBytes(file: StoredFile, { block, field }: NamingBlock): number {
  const { sizeBytes } = file;
  return fileKind(file, block.type, field) === 'text' ? sizeBytes : Math.ceil(sizeBytes / 3) * 4;
}

/** As the API has it. */
function byIdAlone(block: ContentBlock, fileId: string): ContentBlock {
  return { ...block, source: { type: 'file', file_id: fileId } };
}

function isNotFound(error: unknown): error is HarnessError {
  return error instanceof HarnessError && error.code === 'FILE_NOT_FOUND';
}

/** Some APIs have no place for the field but the message. */
function notFound({ message }: HarnessError, field: string): HarnessError {
  return new HarnessError('FILE_NOT_FOUND', `${field}: ${message}`, { param: field });
}

function tooLarge(field: string): HarnessError {
  const message = `${field}: with this file the request is larger than the 32 MB that the Messages API takes, in which PDFs and images count four thirds of their size. Send fewer or smaller files at a time.`;
  return new HarnessError('BODY_TOO_LARGE', message, { param: field });
}
