import { type CST, isCollection, isPair, isScalar, isSeq, type Node, type YAMLMap, type YAMLSeq } from 'yaml';
import { CannotSpliceError } from './errors.ts';

type BlockToken = CST.BlockMap | CST.BlockSequence;
type BlockItem = BlockToken['items'][number];

/** Whether a collection is written with brackets, `{…}` or `[…]`. */
export function isFlow(node: unknown): boolean {
  return isCollection(node) && (node.flow === true || node.srcToken?.type === 'flow-collection');
}

/** Column at which the keys, or the dashes, of a block collection stand. */
export function columnOfItems(collection: YAMLMap | YAMLSeq): number {
  return blockToken(collection).indent;
}

/**
 * Offsets at which the items of a block collection begin: their keys (or what stands before those), or their dashes.
 */
export function itemStarts(collection: YAMLMap | YAMLSeq): number[] {
  const token = blockToken(collection);
  const starts = token.items
    .map((item) => (isSeq(collection) ? dashOffset(item) : pairOffset(item)))
    .filter((offset) => offset !== undefined);
  if (starts.length !== collection.items.length) throw new CannotSpliceError('its layout is not understood');
  return starts;
}

/** Columns from a dash to what follows it on its line; 2 where nothing does. */
export function dashWidth(list: YAMLSeq): number {
  const behind = blockToken(list).items[0]?.start.find(({ type }) => type === 'space');
  return 1 + (behind?.source.length ?? 1);
}

function blockToken(collection: YAMLMap | YAMLSeq): BlockToken {
  const token = collection.srcToken;
  if (token?.type === 'block-map' || token?.type === 'block-seq') return token;
  throw new CannotSpliceError('its layout is not understood');
}

function dashOffset({ start }: BlockItem): number | undefined {
  return start.find(({ type }) => type === 'seq-item-ind')?.offset;
}

/** Undefined for what is no pair but the comments after the last one. */
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
  if (end === undefined) throw new CannotSpliceError('its layout is not understood');
  return end;
}

/**
 * How the block scalar that an item ends in treats the line breaks behind it: `|+` keeps, `|-` drops, `|` keeps one.
 */
export function chompingOf(item: unknown): 'keep' | 'strip' | 'clip' | undefined {
  if (isPair(item)) return chompingOf(item.value);
  if (isCollection(item)) return isFlow(item) ? undefined : chompingOf(item.items.at(-1));
  const token = isScalar(item) ? item.srcToken : undefined;
  if (token?.type !== 'block-scalar') return undefined;
  const header = token.props.find(({ type }) => type === 'block-scalar-header');
  const source = header !== undefined && 'source' in header ? header.source : '';
  return source.includes('+') ? 'keep' : source.includes('-') ? 'strip' : 'clip';
}
