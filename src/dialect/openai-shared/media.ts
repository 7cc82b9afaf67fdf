import type { Base64Source, DocumentBlock, FileSource, ImageBlock, TextBlock } from '../../core/conversation.ts';
import { imageTypeOf } from '../../core/image-type.ts';
import { parseDataUrl, toBase64 } from './data-url.ts';
import { invalidRequest } from './invalid-request.ts';

/** The API refuses blank text blocks, so they are left out; every other text stays a block of its own, byte for byte. */
export function toTextBlocks(text: string): TextBlock[] {
  return /\S/.test(text) ? [{ type: 'text', text }] : [];
}

/**
 * An image by its address or as a data URL. Its type is what its data says: many programs label all images alike, and the
 * API refuses those whose label is wrong. `param` is the field that holds it. Throws `INVALID_REQUEST`.
 */
export function toImageBlock(url: string, param: string): ImageBlock {
  if (isWebAddress(url)) return { type: 'image', source: { type: 'url', url } };
  const parsed = parseDataUrl(url);
  if (parsed === undefined) throw invalidRequest(param, 'must be an http(s) URL or data:<type>;base64,<data>.');
  const source = toSource(parsed.mediaType, parsed.data, param);
  const mediaType = imageTypeOf(source.data);
  if (mediaType === undefined) throw invalidRequest(param, 'must be a JPEG, PNG, GIF or WebP image; convert it.');
  return { type: 'image', source: { ...source, media_type: mediaType } };
}

export function isWebAddress(url: string): boolean {
  return /^https?:\/\//i.test(url) && URL.canParse(url);
}

/** A file that came with the request. `param` is the field that holds its data. Throws `INVALID_REQUEST`. */
export function toDocumentBlock(data: string, filename: string | null | undefined, param: string): DocumentBlock {
  return {
    type: 'document',
    source: toSource('application/pdf', pdfDataOf(data, filename ?? '', param), param),
    ...titleOf(filename),
  };
}

/** A file that was uploaded before; `field` names it. Whether there is such a file, the dialects cannot know. */
export function toFileSource(id: string, field: string): FileSource {
  return { type: 'file', file_id: id, field };
}

export function titleOf(filename: string | null | undefined): { title?: string } {
  return { ...(filename != null && filename !== '' && { title: filename }) };
}

/** OpenAI's own examples send a data URL; older clients send bare base64, where only the name tells what it is. */
function pdfDataOf(data: string, filename: string, param: string): string {
  const parsed = parseDataUrl(data);
  if (parsed?.mediaType === 'application/pdf') return parsed.data;
  if (parsed === undefined && /\.pdf$/i.test(filename)) return data;
  throw invalidRequest(
    param,
    'must be a PDF as data:application/pdf;base64,<data>; upload other files and send their file_id, or send them as text.',
  );
}

function toSource(mediaType: string, data: string, param: string): Base64Source {
  const base64 = toBase64(data);
  if (base64 === undefined) throw invalidRequest(param, 'must contain valid base64 data.');
  return { type: 'base64', media_type: mediaType, data: base64 };
}
