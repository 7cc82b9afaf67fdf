import {
  type CST,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Path } from './data.ts';
import { CannotSpliceError } from './errors.ts';

type BlockToken = CST.BlockMap | CST.BlockSequence;
type BlockItem = BlockToken['items'][number];
export type Collection = YAMLMap | YAMLSeq;

/** The node that a path leads to; undefined where there is none. Nothing is spliced into what an alias repeats. */
export function nodeAt(document: Document, path: Path): Node | undefined {
  let node: unknown = document.contents;
  for (const [depth, step] of [...path.entries(), [path.length, undefined] as const]) {
    if (isAlias(node)) throw new CannotSpliceError(`${labelOf(path.slice(0, depth))} is an alias of another place`);
    if (step === undefined) break;
    node = isMap(node) ? pairOf(node, step)?.value : isSeq(node) ? node.items[Number(step)] : undefined;
  }
  return (node as Node | null | undefined) ?? undefined;
}

/** The block collection that a path leads to; undefined where there is none. */
export function blockAt(document: Document, path: Path): Collection | undefined {
  const node = nodeAt(document, path);
  if (node === undefined) return undefined;
  if (isCollection(node) && isFlow(node)) {
    throw new CannotSpliceError(`${labelOf(path)} is written in flow style, with brackets`);
  }
  if (!isMap(node) && !isSeq(node)) throw new CannotSpliceError(`${labelOf(path)} is neither a map nor a list`);
  return node;
}

/** What to call a place: `router.providers`, or `the top level`. */
export function labelOf(path: Path): string {
  return path.length === 0 ? 'the top level' : path.join('.');
}

export function pairOf(map: YAMLMap, key: string | number): Pair<Node, Node | null> | undefined {
  const pairs = map.items as Pair<Node, Node | null>[];
  return pairs.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key));
}

/** Whether a collection is written with brackets, `{…}` or `[…]`. */
export function isFlow(node: unknown): boolean {
  return isCollection(node) && (node.flow === true || node.srcToken?.type === 'flow-collection');
}

/** Column at which the keys, or the dashes, of a block collection stand. */
export function columnOfItems(collection: Collection): number {
  return blockToken(collection).indent;
}

/** Offset at which an item of a block collection begins: its key (or what stands before that), or its dash. */
export function itemStart(collection: Collection, index: number): number {
  // Comments after the last pair are items of the token too, though none of the collection.
  const starts = blockToken(collection)
    .items.map((item) => (isSeq(collection) ? dashOffset(item) : pairOffset(item)))
    .filter((offset) => offset !== undefined);
  const start = starts[index];
  if (start === undefined || starts.length !== collection.items.length) throw notUnderstood();
  return start;
}

function blockToken(collection: Collection): BlockToken {
  const token = collection.srcToken;
  if (token?.type === 'block-map' || token?.type === 'block-seq') return token;
  throw notUnderstood();
}

function dashOffset({ start }: BlockItem): number | undefined {
  return start.find(({ type }) => type === 'seq-item-ind')?.offset;
}

function pairOffset({ start, key, sep }: BlockItem): number | undefined {
  const before = start.find(({ type }) => !['space', 'newline', 'comment'].includes(type));
  return before?.offset ?? key?.offset ?? sep?.[0]?.offset;
}

/** Offset after the last character of an item's content, comments behind it not counted. */
export function contentEnd(item: unknown): number {
  if (isPair(item)) return contentEnd(item.value ?? item.key);
  const node = item as Node;
  if (isCollection(node) && !isFlow(node)) {
    const last: unknown = node.items.at(-1);
    if (last !== undefined) return contentEnd(last);
  }
  const end = node.range?.[1];
  if (end === undefined) throw notUnderstood();
  return end;
}

/** The header of the block scalar that an item ends in, such as `|+`; empty where it ends in something else. */
export function lastBlockHeader(item: unknown): string {
  if (isPair(item)) return lastBlockHeader(item.value);
  if (isCollection(item)) return isFlow(item) ? '' : lastBlockHeader(item.items.at(-1));
  const token = isScalar(item) ? item.srcToken : undefined;
  if (token?.type !== 'block-scalar') return '';
  const header = token.props.find(({ type }) => type === 'block-scalar-header');
  return header !== undefined && 'source' in header ? header.source : '';
}

function notUnderstood(): CannotSpliceError {
  return new CannotSpliceError('its layout is not understood');
}
