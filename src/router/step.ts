import { isDeepStrictEqual } from 'node:util';
import { type Document, isMap, type Node, type Pair } from 'yaml';
import { CannotSpliceError } from './errors.ts';
import { applySplices, invertSplices, type Splice } from './splice.ts';
import { dataOf, parseRouterYaml, type YamlVersion, yamlVersions } from './yaml-document.ts';

/** Where a step may change data: in a collection, or in only one of its entries. */
export interface Scope {
  /** Items to go through from the top of the document: places among the pairs of each map. */
  path: readonly number[];
  /** Place of the entry in the collection, also of one that is taken out; undefined for the collection itself. */
  entry?: number;
}

/** One change of the file, as splices of its text and as what they mean for its data. */
export interface Step {
  splices: Splice[];
  /**
   * Makes the change on a parsed document: of the text before, which must then hold the data of the text after; with
   * `backwards` of the text after, which must then hold the data of the text before.
   */
  edit: (document: Document) => void;
  /** In the document that is edited. */
  scope: Scope;
  backwards?: boolean;
}

/**
 * Applies a step and proves it: taking the splices out gives the old text back, and the new text parses, as YAML 1.1
 * and as YAML 1.2, to the old data with the change and nothing else; what anchors carry elsewhere counts as something
 * else. Throws `CannotSpliceError` where that fails.
 */
export function applyStep(before: string, step: Step): string {
  const after = applySplices(before, step.splices);
  if (applySplices(after, invertSplices(step.splices)) !== before) throw unproven();
  const [from, to] = step.backwards === true ? [after, before] : [before, after];
  if (!yamlVersions.every((version) => isProven(from, to, step, version))) throw unproven();
  return after;
}

function isProven(from: string, to: string, { edit, scope }: Step, version: YamlVersion): boolean {
  try {
    const document = parseRouterYaml(from, version);
    const old = dataOf(document);
    const keys = keysTo(scope, document);
    edit(document);
    const expected = dataOf(document);
    return isSameOutside(old, expected, keys) && isDeepStrictEqual(expected, dataOf(parseRouterYaml(to, version)));
  } catch {
    // An anchor that is gone, text that is no YAML any more, a path that leads nowhere: it is not what was meant.
    return false;
  }
}

/** The keys, and at last perhaps the index, that lead to a scope's data. */
function keysTo({ path, entry }: Scope, document: Document): unknown[] {
  let node: unknown = document.contents;
  return [...path, ...(entry === undefined ? [] : [entry])].map((index) => {
    if (!isMap(node)) return index;
    const { key, value } = node.items[index] as Pair<Node>;
    node = value;
    return key.toJS(document) as unknown;
  });
}

/** Whether two states of the data differ at most at and below `keys`. */
function isSameOutside(a: unknown, b: unknown, [key, ...deeper]: readonly unknown[]): boolean {
  if (key === undefined) return true;
  if (a instanceof Map && b instanceof Map) {
    return isDeepStrictEqual(without(a, key), without(b, key)) && isSameOutside(a.get(key), b.get(key), deeper);
  }
  if (Array.isArray(a) && Array.isArray(b) && typeof key === 'number') {
    // An item that is taken out leaves its place to the next.
    const others = a.length > b.length ? b : b.toSpliced(key, 1);
    return isDeepStrictEqual(a.toSpliced(key, 1), others) && isSameOutside(a[key], b[key], deeper);
  }
  return isDeepStrictEqual(a, b);
}

function without(map: ReadonlyMap<unknown, unknown>, key: unknown): Map<unknown, unknown> {
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}

function unproven(): CannotSpliceError {
  return new CannotSpliceError(
    'the change would do more to it than it should (an anchor, an alias or unusual layout is in the way)',
  );
}
