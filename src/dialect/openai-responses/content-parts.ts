import type { DocumentBlock, ImageBlock, TextBlock } from '../../core/conversation.ts';
import { invalidRequest } from '../openai-shared/invalid-request.ts';
import {
  isWebAddress,
  titleOf,
  toDocumentBlock,
  toFileSource,
  toImageBlock,
  toTextBlocks,
} from '../openai-shared/media.ts';
import type { MessageItem, UserPart } from './item-schema.ts';

/** Calls `ignore` with the name of each field that could not be honoured. */
export type Ignore = (name: string) => void;

type Part<Type extends UserPart['type']> = Extract<UserPart, { type: Type }>;

/** What a user said, or a function returned. `path` is the parts' own, such as `input[3].content`. */
export function fromUserParts(parts: readonly UserPart[], path: string, ignore: Ignore) {
  return parts.flatMap((part, index): (TextBlock | ImageBlock | DocumentBlock)[] => {
    const partPath = `${path}[${index}]`;
    switch (part.type) {
      case 'input_text':
        return toTextBlocks(part.text);
      case 'input_image':
        return [fromImage(part, partPath, ignore)];
      case 'input_file':
        return [fromFile(part, partPath)];
      case 'input_audio':
        throw invalidRequest(
          `${partPath}.type`,
          'is input_audio, but Claude cannot process audio; send a transcript as text.',
        );
    }
  });
}

/** What an assistant or the system said. */
export function fromTextParts(parts: Exclude<MessageItem, { role: 'user' }>['content']): TextBlock[] {
  return parts.flatMap((part) => toTextBlocks(part.type === 'refusal' ? part.refusal : part.text));
}

function fromImage(part: Part<'input_image'>, path: string, ignore: Ignore): ImageBlock {
  const { image_url: url, file_id: id, detail } = part;
  if (detail != null && detail !== 'auto') ignore('input_image.detail');
  if (url != null) return toImageBlock(url, `${path}.image_url`);
  if (id != null) return { type: 'image', source: toFileSource(id, `${path}.file_id`) };
  throw invalidRequest(
    `${path}.image_url`,
    'is missing; it must be a URL or a data URL, or file_id an uploaded image.',
  );
}

function fromFile(part: Part<'input_file'>, path: string): DocumentBlock {
  const { file_data: data, file_url: url, file_id: id, filename } = part;
  if (data != null) return toDocumentBlock(data, filename, `${path}.file_data`);
  if (url != null) {
    if (!isWebAddress(url)) throw invalidRequest(`${path}.file_url`, 'must be an http(s) URL of a PDF.');
    return { type: 'document', source: { type: 'url', url }, ...titleOf(filename) };
  }
  if (id != null) return { type: 'document', source: toFileSource(id, `${path}.file_id`), ...titleOf(filename) };
  throw invalidRequest(
    `${path}.file_data`,
    'is missing; it must be data:application/pdf;base64,<data>, or file_id an uploaded file.',
  );
}
