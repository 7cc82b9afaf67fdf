import {
  Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  Scalar,
  stringify,
  visit,
  type YAMLError,
} from 'yaml';
import type { Path } from './data.ts';
import { CannotSpliceError, RouterFileError } from './errors.ts';
import type { Language } from './language.ts';
import {
  afterComments,
  afterLastLine,
  blankLineBefore,
  insertLines,
  isBlank,
  lacksFinalBreak,
  lineBreakAt,
  lineStart,
  removeLines,
  splitLines,
} from './lines.ts';
import type { Splice } from './splice.ts';
import {
  blockAt,
  type Collection,
  columnOfItems,
  contentEnd,
  isFlow,
  itemStart,
  labelOf,
  lastBlockHeader,
  nodeAt,
  pairOf,
} from './yaml-layout.ts';

/** YAML that is edited in whole lines and single values, in block style. */
export const yamlFile: Language = {
  name: 'yaml',
  title: 'YAML',
  // Python's routers read YAML 1.1, where `no` is false; most others read 1.2, where it is text.
  versions: ['1.2', '1.1'],
  read: (text, version) => dataOf(parseYaml(text, version as '1.2')),
  add,
  remove: (text, path) => {
    const { start, end, floor } = linesOf(text, path);
    const blank = blankLineBefore(text, start);
    // A blank line may belong to the text of the entry before.
    return [removeLines(text, blank !== undefined && blank >= floor ? blank : start, end)];
  },
  set,
  write: render,
};

/** A repeated anchor is common in these files; aliases of aliases without end are an attack. */
const maxAliasCount = 1000;

/**
 * Parses a router's file, with merge keys and with the tokens that its nodes came from. Throws `RouterFileError`, which
 * never quotes the file, since it may hold keys; `CannotSpliceError` for a file of several documents.
 */
export function parseYaml(text: string, version: '1.2' | '1.1' = '1.2'): Document.Parsed {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    version,
    merge: true,
    keepSourceTokens: true,
    prettyErrors: false,
    logLevel: 'error',
    lineCounter,
  });
  const [error] = document.errors;
  if (error === undefined) return document;
  const { line, col: column } = lineCounter.linePos(error.pos[0]);
  if (error.code === 'MULTIPLE_DOCS') {
    throw new CannotSpliceError('it holds several documents, and which one the router reads is not known');
  }
  throw new RouterFileError(`this is not valid YAML: ${describe(error)}`, { line, column });
}

function describe({ code }: YAMLError): string {
  return code === 'DUPLICATE_KEY'
    ? 'this key is already set above, in the same map'
    : code.toLowerCase().replaceAll('_', ' ');
}

function dataOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount });
  } catch {
    throw new RouterFileError('its aliases cannot be resolved: one has no anchor above it, or they multiply too far');
  }
}

function add(text: string, path: Path, key: string | undefined, value: unknown): Splice[] {
  const document = parseYaml(text);
  const collection = blockAt(document, path);
  const item = key === undefined ? [value] : { [key]: value };
  if (collection === undefined) {
    if (path.length === 0) throw new CannotSpliceError('it is empty');
    return add(text, path.slice(0, -1), String(path.at(-1)), item);
  }
  if (isSeq(collection) !== (key === undefined)) {
    throw new CannotSpliceError(`${labelOf(path)} is not a ${key === undefined ? 'list' : 'map'}`);
  }
  requireFinalBreak(collection, text);
  const column = columnOfItems(collection);
  const offset = offsetBehind(collection, parentColumn(document, path), text);
  const lines = splitLines(render(item, stepOf(collection))).map((line) => ' '.repeat(column) + line.trimEnd());
  return [insertLines(text, offset, [...(isSpaced(collection, text) ? [''] : []), ...lines])];
}

/**
 * Where a new item goes: after the last one and its comments. A comment belongs to the items when it is indented more
 * than they are; one at their own column does so too (a provider that is commented out), unless the key of the next
 * section would stand at that column as well.
 */
function offsetBehind(collection: Collection, parent: number, text: string): number {
  const column = columnOfItems(collection);
  const belongs = (other: number) => other > column || (other === column && column > parent);
  return afterComments(text, afterLastLine(text, contentEnd(collection)), belongs);
}

function parentColumn(document: Document, path: Path): number {
  const parent = path.length === 0 ? undefined : blockAt(document, path.slice(0, -1));
  return parent === undefined ? -1 : columnOfItems(parent);
}

/** Columns from an item to what it holds, as the first item has them. */
function stepOf(collection: Collection): number {
  const first = isMap(collection) ? collection.items[0]?.value : undefined;
  if (!isMap(first) || isFlow(first)) return 2;
  return Math.max(columnOfItems(first) - columnOfItems(collection), 1);
}

/** Whether a blank line stands between the first two items, as it then does before a new one. */
function isSpaced(collection: Collection, text: string): boolean {
  if (collection.items.length < 2 || lastBlockHeader(collection).includes('+')) return false;
  const gap = text.slice(
    afterLastLine(text, contentEnd(collection.items[0])),
    lineStart(text, itemStart(collection, 1)),
  );
  return splitLines(gap).some(isBlank);
}

/** Text of a block scalar that ends with the file, in the middle of a line, grows by a line break when lines follow. */
function requireFinalBreak(node: unknown, text: string): void {
  const header = lastBlockHeader(node);
  if (header === '' || header.includes('-') || !lacksFinalBreak(text)) return;
  if (contentEnd(node) >= text.trimEnd().length) {
    throw new CannotSpliceError('its last text lacks a line break at the end, and would get one');
  }
}

/** The lines of an item, and where the item before it ends. */
export function linesOf(text: string, path: Path): { start: number; end: number; floor: number } {
  const collection = blockAt(parseYaml(text), path.slice(0, -1));
  const last = path.at(-1) ?? '';
  const pair = isMap(collection) ? pairOf(collection, last) : undefined;
  const index = isMap(collection) && pair !== undefined ? collection.items.indexOf(pair) : Number(last);
  const item: unknown = collection?.items[index];
  if (collection === undefined || item === undefined) throw elsewhere(path);
  const before: unknown = collection.items[index - 1];
  return {
    start: lineStart(text, itemStart(collection, index)),
    end: afterLastLine(text, contentEnd(item)),
    floor: before === undefined ? text.length : contentEnd(before),
  };
}

function set(text: string, path: Path, value: unknown): Splice[] {
  const document = parseYaml(text);
  const node = nodeAt(document, path);
  if (node === undefined) return add(text, path.slice(0, -1), String(path.at(-1)), value);
  const [offset = 0, valueEnd = 0] = node.range ?? [];
  if ((!isMap(node) && !isSeq(node)) || isFlow(node)) {
    return [{ offset, removed: text.slice(offset, valueEnd), inserted: inline(value, node) }];
  }
  const start = lineStart(text, itemStart(node, 0));
  const pad = ' '.repeat(columnOfItems(node));
  const end = afterLastLine(text, contentEnd(node));
  const lines = splitLines(stringify(value, style)).map((line) => pad + line.trimEnd());
  const removed = text.slice(start, end);
  const lineBreak = lineBreakAt(text, start);
  return [{ offset: start, removed, inserted: lines.join(lineBreak) + (removed.endsWith('\n') ? lineBreak : '') }];
}

/** A value on one line, in the quotes of the one that it replaces. */
function inline(value: unknown, old: unknown): string {
  const quotes = isScalar(old) ? old.type : undefined;
  const quoted = quotes === Scalar.QUOTE_DOUBLE || quotes === Scalar.QUOTE_SINGLE;
  if (quotes === Scalar.BLOCK_LITERAL || quotes === Scalar.BLOCK_FOLDED) throw elsewhere([]);
  return stringify(value, {
    ...style,
    ...(quoted && { defaultStringType: quotes, singleQuote: quotes === Scalar.QUOTE_SINGLE }),
    collectionStyle: 'flow',
  }).trimEnd();
}

/** Text that YAML 1.1 would read as something else (`no`) gets quotes. */
const style = { compat: 'yaml-1.1', lineWidth: 0, singleQuote: true, flowCollectionPadding: false } as const;

/** Maps in block style, lists of names on one line. */
function render(data: unknown, indent = 2): string {
  const document = new Document(data, { compat: style.compat });
  visit(document, {
    Seq: (_, list) => {
      list.flow = list.items.every(isScalar);
    },
  });
  return document.toString({ ...style, indent });
}

function elsewhere(path: Path): CannotSpliceError {
  return new CannotSpliceError(`${labelOf(path)} cannot be changed there (an alias, a merge key or a block of text)`);
}
