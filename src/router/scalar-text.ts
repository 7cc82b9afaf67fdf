import { isScalar, parseDocument, Scalar } from 'yaml';
import { yamlVersions } from './yaml-document.ts';

/** How a scalar is written. */
export type Quotes = 'plain' | 'single' | 'double';

/** How a node is written, for writing another like it. */
export function quotesOf(node: unknown): Quotes {
  if (!isScalar(node)) return 'plain';
  if (node.type === Scalar.QUOTE_DOUBLE) return 'double';
  return node.type === Scalar.QUOTE_SINGLE ? 'single' : 'plain';
}

/**
 * Text as YAML, in the wanted quotes where they can hold it. Plain text that any YAML version would read as something
 * else (`no`, `1e5`, `a: b`) gets quotes. `inFlow` is for text between brackets.
 */
export function writeText(text: string, quotes: Quotes, inFlow = false): string {
  if (quotes === 'plain' && isPlainSafe(text, inFlow)) return text;
  if (quotes === 'double' || /[^\x20-\x7E\u00A1-\uD7FF\uE000-\uFEFE\uFF00-\uFFFD]/.test(text)) return writeDouble(text);
  return `'${text.replaceAll("'", "''")}'`;
}

/** JSON is YAML but for line and paragraph separators, which YAML 1.1 takes for line breaks. */
function writeDouble(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007F-\u00A0\u2028\u2029\uFEFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Printable characters, without the spaces and separators beyond ASCII and without a space at either end. */
const plain = /^[\x21-\x7E\u00A1-\u2027\u202A-\uD7FF]+(?: +[\x21-\x7E\u00A1-\u2027\u202A-\uD7FF]+)*$/;

function isPlainSafe(text: string, inFlow: boolean): boolean {
  // YAML 1.1 has a meaning of its own for these two wherever they stand.
  if (!plain.test(text) || text === '<<' || text === '=') return false;
  return yamlVersions.every((version) => {
    const document = parseDocument(inFlow ? `[${text}]` : `k: ${text}`, { version, merge: true, logLevel: 'silent' });
    if (document.errors.length > 0 || document.warnings.length > 0) return false;
    const values = Object.values(document.toJS() as object);
    return values.length === 1 && values[0] === text;
  });
}
