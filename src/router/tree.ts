/** A piece of an entry to be written: its data and its YAML. Built from what the siblings look like. */
export type Tree = Inline | MapTree | ListTree;

/** What stands behind a key on the same line. */
export interface Inline {
  kind: 'inline';
  source: string;
  value: unknown;
}

export interface MapTree {
  kind: 'map';
  /** Columns from the key above to the keys of this map. */
  indent: number;
  pairs: TreePair[];
}

export interface ListTree {
  kind: 'list';
  /** Columns from the key above to the dashes; 0 is common. */
  indent: number;
  /** Columns from a dash to what follows it. */
  dashWidth: number;
  items: (Inline | MapTree)[];
}

export interface TreePair {
  /** The key as data. */
  key: string;
  /** The key as it is written. */
  keySource: string;
  tree: Tree;
}

/** Lines of a map whose keys stand at `column`, without line breaks. */
export function renderPairs(pairs: readonly TreePair[], column: number): string[] {
  const pad = ' '.repeat(column);
  return pairs.flatMap(({ keySource, tree }) => {
    if (tree.kind === 'inline') return [`${pad}${keySource}:${tree.source === '' ? '' : ' '}${tree.source}`];
    return [`${pad}${keySource}:`, ...renderBlock(tree, column)];
  });
}

/** Lines of a block under a key that stands at `column`. */
export function renderBlock(tree: MapTree | ListTree, column: number): string[] {
  if (tree.kind === 'map') return renderPairs(tree.pairs, column + tree.indent);
  return tree.items.flatMap((item) => renderItem(item, column + tree.indent, tree.dashWidth));
}

/** Lines of a list's item whose dash stands at `column`. */
export function renderItem(item: Inline | MapTree, column: number, dashWidth: number): string[] {
  const dash = ' '.repeat(column) + '-'.padEnd(dashWidth);
  if (item.kind === 'inline') return [dash + item.source];
  return renderPairs(item.pairs, column + dashWidth).map((line, index) =>
    index === 0 ? dash + line.slice(column + dashWidth) : line,
  );
}

/** The data that a tree stands for; maps are plain objects. */
export function treeValue(tree: Tree): unknown {
  switch (tree.kind) {
    case 'inline':
      return tree.value;
    case 'map':
      return pairsValue(tree.pairs);
    case 'list':
      return tree.items.map(treeValue);
  }
}

export function pairsValue(pairs: readonly TreePair[]): Record<string, unknown> {
  return Object.fromEntries(pairs.map(({ key, tree }) => [key, treeValue(tree)]));
}
