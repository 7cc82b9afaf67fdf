import { extname } from 'node:path';
import { fileTypeFromFile } from 'file-type';

const binary = 'application/octet-stream';

/** Types of text, which nothing but the name or the client tells apart. */
const textTypes: Readonly<Record<string, string>> = {
  '.txt': 'text/plain',
  '.csv': 'text/csv',
  '.tsv': 'text/tab-separated-values',
  '.md': 'text/markdown',
  '.markdown': 'text/markdown',
  '.json': 'application/json',
  '.jsonl': 'application/jsonl',
  '.ndjson': 'application/jsonl',
  '.html': 'text/html',
  '.htm': 'text/html',
  '.xml': 'application/xml',
  '.svg': 'image/svg+xml',
};
const knownTextTypes = new Set(Object.values(textTypes));

/** Found in what is text all the same. Other marks, such as the `BM` of a bitmap, are words there. */
const formatsInText = new Set(['application/pdf', 'application/postscript', 'application/rtf']);

/** Types that look alike from outside, by the name: all of them are compound files. */
const compoundFile = 'application/x-cfb';
const compoundTypes: Readonly<Record<string, string>> = {
  '.doc': 'application/msword',
  '.xls': 'application/vnd.ms-excel',
  '.ppt': 'application/vnd.ms-powerpoint',
  '.msg': 'application/vnd.ms-outlook',
};

export interface TypeClues {
  /** Of a file on this machine that has the content. */
  path: string;
  /** Whether it is UTF-8. */
  isText: boolean;
  filename: string;
  claimedType?: string;
}

/**
 * The type of a file. The content decides: a name or a client that contradict it count for nothing. Among texts, and where
 * formats share a container, they tell which it is.
 */
export async function detectType({ path, isText, filename, claimedType }: TypeClues): Promise<string> {
  const found = await foundType(path);
  const extension = extname(filename).toLowerCase();
  if (isText) {
    if (found !== undefined && formatsInText.has(found)) return found;
    return textTypeOf(extension, claimedType);
  }
  if (found === compoundFile) return compoundTypes[extension] ?? found;
  return found ?? binary;
}

/** Undefined for what the library does not know, or can't make sense of; it rejects where the file can't be read. */
async function foundType(path: string): Promise<string | undefined> {
  try {
    return (await fileTypeFromFile(path))?.mime;
  } catch (error) {
    // Those of the system have a code.
    if (error instanceof Error && 'code' in error) throw error;
    return undefined;
  }
}

function textTypeOf(extension: string, claimedType = ''): string {
  const claimed = /^[^;\s]+/.exec(claimedType.toLowerCase())?.[0] ?? '';
  const isTelling = claimed !== 'text/plain' && knownTextTypes.has(claimed);
  return isTelling ? claimed : (textTypes[extension] ?? 'text/plain');
}
