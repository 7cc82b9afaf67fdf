import type { ContentBlock } from '../../core/agent-engine.ts';
import type { StoredFile } from '../../core/files.ts';
import { without } from '../../core/without.ts';
import { fileKind, unfit } from './file-kind.ts';
import type { NamingBlock } from './naming-blocks.ts';

/**
 * A block with the file's content in the form that the Messages API has for its kind. A document that turns out to be an
 * image becomes one, since OpenAI's clients send both as files. Throws `INVALID_REQUEST` where text is not in UTF-8.
 */
export function toContentBlock({ block, field }: NamingBlock, file: StoredFile, bytes: Buffer): ContentBlock {
  const kind = fileKind(file, block.type, field);
  if (kind === 'image') {
    const mediaType = file.mimeType === 'image/apng' ? 'image/png' : file.mimeType;
    return { ...without(block, 'title', 'context', 'citations'), type: 'image', source: base64(mediaType, bytes) };
  }
  const source =
    kind === 'pdf'
      ? base64('application/pdf', bytes)
      : { type: 'text', media_type: 'text/plain', data: toText(bytes, field) };
  return { ...block, source, title: block['title'] ?? file.filename };
}

function base64(mediaType: string, bytes: Buffer): object {
  return { type: 'base64', media_type: mediaType, data: bytes.toString('base64') };
}

/** Without a byte order mark. */
function toText(bytes: Buffer, field: string): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unfit(field, 'the file is text, but not in UTF-8; convert it, and upload that');
  }
  if (!/\S/.test(text)) throw unfit(field, 'the file is blank; the model takes none without content');
  return text;
}
