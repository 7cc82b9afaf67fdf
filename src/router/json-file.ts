import {
  findNodeAtLocation,
  type JSONPath,
  modify,
  type Node,
  parse,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { getIn, isRecord, type Path } from './data.ts';
import { CannotSpliceError, RouterFileError } from './errors.ts';
import type { Language } from './language.ts';
import { lineBreakAt, lineStart } from './lines.ts';
import type { Splice } from './splice.ts';

/** JSON with what editors and routers allow in it: comments and commas behind the last item. */
export const jsonFile: Language = {
  name: 'json',
  title: 'JSON',
  versions: ['json'],
  read,
  add,
  remove,
  set: (text, path, value) => {
    const { items, index } = itemsAround(text, path);
    const pad = padOf(text, items[index]);
    return edit(text, path, value).map((splice) => ({ ...splice, inserted: pretty(value, text, pad) }));
  },
  write: (data) => `${JSON.stringify(data, undefined, 2)}\n`,
};

function read(text: string): unknown {
  const errors: ParseError[] = [];
  const data: unknown = parse(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error === undefined) return data;
  const what = printParseErrorCode(error.error).replaceAll(/\B[A-Z]/g, (letter) => ` ${letter}`);
  const start = lineStart(text, error.offset);
  throw new RouterFileError(`this is not valid JSON: ${what.toLowerCase()}`, {
    line: text.slice(0, start).split('\n').length,
    column: error.offset - start + 1,
  });
}

/** On lines of its own where the first item has one; the library's formatting would change lines around it too. */
function add(text: string, path: Path, key: string | undefined, value: unknown): Splice[] {
  const collection = getIn(read(text), path);
  if (collection === undefined && path.length > 0) {
    return add(text, path.slice(0, -1), String(path.at(-1)), key === undefined ? [value] : { [key]: value });
  }
  if (key === undefined ? !Array.isArray(collection) : !isRecord(collection)) {
    throw new CannotSpliceError(`${path.join('.')} is not a ${key === undefined ? 'list' : 'map'}`);
  }
  const splices = edit(text, [...path, key ?? -1], value, key === undefined);
  const pad = padOf(text, itemsAround(text, [...path, '']).items[0]);
  if (pad === undefined) return splices;
  const name = key === undefined ? '' : `${JSON.stringify(key)}: `;
  return splices.map((splice) => {
    const comma = splice.inserted.startsWith(',') ? ',' : '';
    return { ...splice, inserted: comma + lineBreakAt(text, splice.offset) + pad + name + pretty(value, text, pad) };
  });
}

/** With the comma before it, or behind it where it is the first; the library takes other bytes than it put in. */
function remove(text: string, path: Path): Splice[] {
  const { items, index } = itemsAround(text, path);
  const [before, item, behind] = [items[index - 1], items[index], items[index + 1]];
  if (item === undefined) throw new CannotSpliceError(`${path.join('.')} is not in it`);
  const start = before === undefined ? item.offset : before.offset + before.length;
  const end = before === undefined && behind !== undefined ? behind.offset : item.offset + item.length;
  return [{ offset: start, removed: text.slice(start, end), inserted: '' }];
}

function edit(text: string, path: Path, value: unknown, isArrayInsertion = false): Splice[] {
  return modify(text, path as JSONPath, value, { isArrayInsertion }).map(({ offset, length, content }) => ({
    offset,
    removed: text.slice(offset, offset + length),
    inserted: content,
  }));
}

/** The items of the collection that holds what `path` leads to, and the index of that among them; -1 for none. */
function itemsAround(text: string, path: Path): { items: Node[]; index: number } {
  const tree = parseTree(text, [], { allowTrailingComma: true });
  const items = (tree && findNodeAtLocation(tree, path.slice(0, -1)))?.children ?? [];
  const last = path.at(-1);
  const index = items.findIndex((item, at) =>
    item.type === 'property' ? item.children?.[0]?.value === last : at === last,
  );
  return { items, index };
}

/** The indent of the line that an item begins; undefined where it begins none. */
function padOf(text: string, item: Node | undefined): string | undefined {
  const start = lineStart(text, item?.offset ?? 0);
  const pad = text.slice(start, item?.offset ?? 0);
  return item !== undefined && start > 0 && pad.trim() === '' ? pad : undefined;
}

/** A value with the indent of the file; on one line without `pad`. */
function pretty(value: unknown, text: string, pad: string | undefined): string {
  if (pad === undefined) return JSON.stringify(value);
  const indent = /^[ \t]+(?=["{[])/m.exec(text)?.[0] ?? '  ';
  return JSON.stringify(value, undefined, indent).replaceAll('\n', lineBreakAt(text, 0) + pad);
}
