import { HarnessError } from '../../core/errors.ts';
import type { StoredFile } from '../../core/files.ts';

/** How the model gets a file: each kind has a form of its own. */
export type FileKind = 'image' | 'pdf' | 'text';

const images: ReadonlySet<string> = new Set(['image/apng', 'image/jpeg', 'image/png', 'image/gif', 'image/webp']);

/** Types of text beside `text/…`, without parameters. */
const texts: ReadonlySet<string> = new Set([
  'application/ecmascript',
  'application/javascript',
  'application/json',
  'application/jsonl',
  'application/sql',
  'application/toml',
  'application/x-ndjson',
  'application/x-sh',
  'application/x-yaml',
  'application/xml',
  'application/yaml',
]);

const office = /rtf|word|excel|powerpoint|officedocument|opendocument|ms-office|x-cfb|iwork|application\/epub/;

/** Throws `INVALID_REQUEST` for a file that the model does not take, or not in a block of this type. */
export function fileKind({ mimeType, sizeBytes }: StoredFile, blockType: string, field: string): FileKind {
  if (sizeBytes === 0) throw unfit(field, 'the file is empty; the model takes none without content');
  const kind = kindOf(mimeType);
  if (kind === undefined) throw unfit(field, `the file is ${mimeType}; ${adviceFor(mimeType)}`);
  if (blockType !== 'image' || kind === 'image') return kind;
  throw unfit(
    field,
    `the file is ${mimeType}, and an image is a JPEG, PNG, GIF or WebP; send it as a document, or as a file in OpenAI's APIs`,
  );
}

export function unfit(field: string, problem: string): HarnessError {
  return new HarnessError('INVALID_REQUEST', `${field}: ${problem}.`, { param: field });
}

function kindOf(mimeType: string): FileKind | undefined {
  const [type = ''] = mimeType.toLowerCase().split(';');
  const name = type.trim();
  if (images.has(name)) return 'image';
  if (name === 'application/pdf') return 'pdf';
  if (office.test(name)) return undefined;
  return name.startsWith('text/') || texts.has(name) || /\+(json|xml|yaml)$/.test(name) ? 'text' : undefined;
}

function adviceFor(mimeType: string): string {
  if (office.test(mimeType)) return 'convert it to PDF or text, and upload that';
  if (mimeType.startsWith('image/')) return 'convert it to JPEG, PNG, GIF or WebP, and upload that';
  return 'the model takes PDFs, text in UTF-8, and images that are JPEG, PNG, GIF or WebP; convert it, and upload that';
}
