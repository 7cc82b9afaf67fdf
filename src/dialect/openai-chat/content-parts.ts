import type { DocumentBlock, ImageBlock, TextBlock } from '../../core/conversation.ts';
import { invalidRequest } from '../openai-shared/invalid-request.ts';
import { titleOf, toDocumentBlock, toFileSource, toImageBlock, toTextBlocks } from '../openai-shared/media.ts';
import type { AnswerPart, FilePart, ImagePart, ResultPart, TextPart, UserPart } from './content-schema.ts';

/** Calls `ignore` with the name of each field that could not be honoured. */
export type Ignore = (name: string) => void;

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
          'is input_audio, but Claude cannot process audio; send a transcript as text.',
        );
      default:
        return part satisfies never;
    }
  });
}

function fromImagePart(part: ImagePart, path: string, ignore: Ignore): ImageBlock {
  const { url, detail } = part.image_url;
  if (detail != null && detail !== 'auto') ignore('image_url.detail');
  return toImageBlock(url, `${path}.image_url.url`);
}

function fromFilePart(part: FilePart, path: string): DocumentBlock {
  const { file_data: data, file_id: id, filename } = part.file;
  const param = `${path}.file.file_data`;
  if (data != null) return toDocumentBlock(data, filename, param);
  if (id == null) {
    throw invalidRequest(
      param,
      'is missing; it must be data:application/pdf;base64,<data>, or file_id an uploaded file.',
    );
  }
  return { type: 'document', source: toFileSource(id, `${path}.file.file_id`), ...titleOf(filename) };
}
