import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import { CannotSpliceError, RouterFileError } from './errors.ts';

/** Python's routers read YAML 1.1, where `no` is false; most others read 1.2, where it is text. */
export const yamlVersions = ['1.2', '1.1'] as const;
export type YamlVersion = (typeof yamlVersions)[number];

/** A repeated anchor is common in these files; aliases of aliases without end are an attack. */
export const maxAliasCount = 1000;

/**
 * Parses a router's file, with merge keys and with the tokens that its nodes came from. Tags that are not known are
 * left alone. Throws `RouterFileError`, which never quotes the file, since it may hold keys; `CannotSpliceError` for a
 * file of several documents.
 */
export function parseRouterYaml(text: string, version: YamlVersion = '1.2'): Document.Parsed {
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

/** The document's data; maps are `Map`, so that the keys `1` and `"1"` stay two. Throws `RouterFileError`. */
export function dataOf(document: Document): unknown {
  try {
    return document.toJS({ mapAsMap: true, maxAliasCount });
  } catch {
    throw new RouterFileError('its aliases cannot be resolved: one has no anchor above it, or they multiply too far');
  }
}

/** What an alias stands for; every other node itself. */
export function resolved(node: unknown, document: Document): Node | undefined {
  if (isAlias(node)) return node.resolve(document);
  return (node as Node | null) ?? undefined;
}

/** A pair of a map; `own` is false for one that a merge key (`<<`) brings in. */
export interface MapPair {
  pair: Pair<Node, Node | null>;
  own: boolean;
}

/** The map's pairs, its own first, then those of its merge keys that it does not override. */
export function pairsOf(map: YAMLMap, document: Document): MapPair[] {
  const all = map.items as Pair<Node, Node | null>[];
  const found: MapPair[] = all.filter((pair) => !isMergeKey(pair)).map((pair) => ({ pair, own: true }));
  const names = new Set(found.map(({ pair }) => String(pair.key)));
  for (const { value } of all.filter(isMergeKey)) {
    const sources = resolved(value, document);
    const maps = isMap(sources) ? [sources] : ((sources as { items?: unknown[] } | undefined)?.items ?? []);
    for (const source of maps) {
      const merged = resolved(source, document);
      if (!isMap(merged)) continue;
      for (const { pair } of pairsOf(merged, document)) {
        if (!names.has(String(pair.key))) found.push({ pair, own: false });
        names.add(String(pair.key));
      }
    }
  }
  return found;
}

/** The parser makes a symbol of the key where merging is on. */
function isMergeKey({ key }: Pair<Node, Node | null>): boolean {
  return isScalar(key) && (key.value === '<<' || typeof key.value === 'symbol');
}
