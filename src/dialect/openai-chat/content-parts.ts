import type { DocumentBlock, ImageBlock, TextBlock } from '../../core/conversation.ts';
import type { AnswerPart, FilePart, ImagePart, ResultPart, TextPart, UserPart } from './content-schema.ts';
import { parseDataUrl, toBase64 } from './data-url.ts';
import { invalidRequest } from './invalid-request.ts';

/** Calls `ignore` with the name of each field that could not be honoured. */
export type Ignore = (name: string) => void;

/** The API refuses blank text blocks, so they are left out; every other text stays a block of its own, byte for byte. */
export function fromTextParts(parts: readonly (TextPart | AnswerPart)[]): TextBlock[] {
  return parts.flatMap((part) => toTextBlocks(part.type === 'text' ? part.text : part.refusal));
}

/** The parts of a tool's result. `path` is the parts' own, such as `messages[3].content`. */
export function fromResultParts(parts: readonly ResultPart[], path: string, ignore: Ignore) {
  return parts.flatMap((part, index): (TextBlock | ImageBlock)[] =>
    part.type === 'text' ? toTextBlocks(part.text) : [fromImagePart(part, `${path}[${index}]`, ignore)],
  );
}

/** The parts of a user message. `path` is the parts' own, such as `messages[3].content`. */
export function fromUserParts(parts: readonly UserPart[], path: string, ignore: Ignore) {
  return parts.flatMap((part, index): (TextBlock | ImageBlock | DocumentBlock)[] => {
    const partPath = `${path}[${index}]`;
    switch (part.type) {
      case 'text':
        return toTextBlocks(part.text);
      case 'image_url':
        return [fromImagePart(part, partPath, ignore)];
      case 'file':
        return [fromFilePart(part, partPath)];
      case 'input_audio':
        throw invalidRequest(
          `${partPath}.type`,
          'is input_audio, but Claude does not hear; send a transcript as text.',
        );
      default:
        return part satisfies never;
    }
  });
}

function toTextBlocks(text: string): TextBlock[] {
  return /\S/.test(text) ? [{ type: 'text', text }] : [];
}

const imageTypes = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);

function fromImagePart(part: ImagePart, path: string, ignore: Ignore): ImageBlock {
  const { url, detail } = part.image_url;
  const param = `${path}.image_url.url`;
  if (detail != null && detail !== 'auto') ignore('image_url.detail');
  if (/^https?:\/\//i.test(url) && URL.canParse(url)) return { type: 'image', source: { type: 'url', url } };
  const parsed = parseDataUrl(url);
  if (parsed === undefined) throw invalidRequest(param, 'must be an http(s) URL or data:<type>;base64,<data>.');
  // Not a registered type, yet what many programs call a JPEG.
  const mediaType = parsed.mediaType === 'image/jpg' ? 'image/jpeg' : parsed.mediaType;
  if (!imageTypes.has(mediaType))
    throw invalidRequest(param, 'must be of type image/jpeg, png, gif or webp; convert it.');
  return { type: 'image', source: toSource(mediaType, parsed.data, param) };
}

function fromFilePart(part: FilePart, path: string): DocumentBlock {
  const { file_data: data, file_id: id, filename } = part.file;
  const param = `${path}.file.file_data`;
  if (data == null && id != null) {
    throw invalidRequest(
      `${path}.file.file_id`,
      'is not supported: files are not stored here; send file_data instead.',
    );
  }
  if (data == null) throw invalidRequest(param, 'is missing; it must be data:application/pdf;base64,<data>.');
  return {
    type: 'document',
    source: toSource('application/pdf', pdfDataOf(data, filename ?? '', param), param),
    ...(filename != null && filename !== '' && { title: filename }),
  };
}

/** OpenAI's own examples send a data URL; older clients send bare base64, where only the name tells what it is. */
function pdfDataOf(data: string, filename: string, param: string): string {
  const parsed = parseDataUrl(data);
  if (parsed?.mediaType === 'application/pdf') return parsed.data;
  if (parsed === undefined && /\.pdf$/i.test(filename)) return data;
  throw invalidRequest(param, 'must be a PDF as data:application/pdf;base64,<data>; send other files as text.');
}

function toSource(mediaType: string, data: string, param: string) {
  const base64 = toBase64(data);
  if (base64 === undefined) throw invalidRequest(param, 'must hold valid base64 data.');
  return { type: 'base64' as const, media_type: mediaType, data: base64 };
}
