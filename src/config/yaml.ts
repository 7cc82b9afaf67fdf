import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import { findTooDeep } from './yaml-depth.ts';

interface YamlPosition {
  line: number;
  column: number;
}

interface YamlProblem extends YamlPosition {
  /** Never quotes the text, which may be a secret. */
  message: string;
}

export interface YamlText {
  /** Maps, lists, null, and every other scalar as the text as written: `1e5` stays `1e5`. */
  value: unknown;
  problems: YamlProblem[];
  /** Position of the innermost key or list item on `path` that exists in the text. */
  locate: (path: readonly PropertyKey[]) => YamlPosition | undefined;
}

/** Replacements for yaml's own messages that quote the text. */
const quotingMessages: Partial<Record<YAMLError['code'], string>> = {
  BAD_ALIAS: 'this alias is ambiguous; text that begins with * or & needs quotes',
  BAD_COLLECTION_TYPE: 'this tag does not fit its value',
  BAD_DIRECTIVE: 'this % directive is unknown',
  BAD_DQ_ESCAPE: 'this escape sequence is unknown in double quotes; single quotes keep a backslash as it is',
  DUPLICATE_KEY: 'this key is already set above, in the same map',
  MULTIPLE_DOCS: 'a second document begins here; the file must be a single one',
  RESOURCE_EXHAUSTION: 'this is nested too deeply',
  TAG_RESOLVE_FAILED: 'this tag is unknown; text that begins with ! needs quotes',
  UNEXPECTED_TOKEN: 'this text is unexpected here',
};

/**
 * Parses YAML 1.2 without merge keys. Duplicate keys, unknown tags, exponential aliases and excessive nesting are
 * problems; nothing is thrown.
 */
export function parseYaml(text: string): YamlText {
  const tooDeep = findTooDeep(text);
  if (tooDeep === undefined) return composeYaml(text);
  return {
    value: undefined,
    problems: [{ ...tooDeep, message: 'this is nested too deeply' }],
    locate: () => undefined,
  };
}

function composeYaml(text: string): YamlText {
  const lines = new LineCounter();
  const positionAt = (offset: number): YamlPosition => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const document = parseDocument(text, {
    // Failsafe yields text only, so that no value changes on its way to the schema; null means "not set".
    schema: 'failsafe',
    customTags: ['null'],
    stringKeys: true,
    prettyErrors: false,
    logLevel: 'error',
    lineCounter: lines,
  });
  const problems = [...document.errors, ...document.warnings].map((error) => ({
    ...positionAt(error.pos[0]),
    message: quotingMessages[error.code] ?? error.message,
  }));
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) !== undefined) return;
      const message = 'this alias has no anchor above it; text that begins with * needs quotes';
      problems.push({ ...positionAt(alias.range?.[0] ?? 0), message });
    },
  });
  const value = problems.length === 0 ? toValue(document, problems) : undefined;
  return {
    value,
    problems,
    locate: (path) => {
      const offset = findOffset(document, path);
      return offset === undefined ? undefined : positionAt(offset);
    },
  };
}

function toValue(document: Document.Parsed, problems: YamlProblem[]): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    problems.push({ line: 1, column: 1, message: 'the aliases of this text expand too far' });
    return undefined;
  }
}

function findOffset(document: Document.Parsed, path: readonly PropertyKey[]): number | undefined {
  let node: unknown = document.contents;
  let offset: number | undefined;
  for (const name of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(name));
      if (!isScalar(pair?.key)) break;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof name === 'number') {
      node = node.items[name];
      offset = (node as { range?: [number, number, number] } | undefined)?.range?.[0] ?? offset;
    } else break;
  }
  return offset;
}
