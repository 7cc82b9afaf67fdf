/** Matches every text: what cannot be checked here is left to the API, which has the last word on patterns anyway. */
const unchecked = /(?:)/;

/** What other engines understand and this one does not: groups with further marks, possessive quantifiers. */
const foreign = /\(\?(?![:=!]|<[=!A-Za-z_])|[*+?}]\+/;

/**
 * A schema's `pattern` as people mean it. Most are written for Python or for no engine in particular: with `\p{L}`, which
 * needs the `u` flag, or with `\-`, which is an error under it; with `(?i)`, `(?P<name>…)`, `\A` and `\Z`. Throws a
 * `SyntaxError` for what no engine takes.
 */
export function toSchemaPattern(pattern: string): RegExp {
  const { source, flags } = fromPython(pattern);
  return (
    tryPattern(source, `${flags}u`) ??
    tryPattern(source, flags) ??
    (foreign.test(source) ? unchecked : new RegExp(source))
  );
}

function fromPython(pattern: string): { source: string; flags: string } {
  const leading = /^\(\?([ims]+)\)/.exec(pattern);
  const flags = [...new Set(leading?.[1] ?? '')].join('');
  const source = pattern
    .slice(leading?.[0].length ?? 0)
    // Escaped characters are passed over, so that `\\A` stays what it is.
    .replace(/\\[\s\S]|\(\?P<|\(\?P=(\w+)\)/g, (found, name: string | undefined) => {
      if (name !== undefined) return `\\k<${name}>`;
      return translations.get(found) ?? found;
    });
  return { source, flags };
}

const translations: ReadonlyMap<string, string> = new Map([
  ['\\A', '^'],
  ['\\Z', '$'],
  ['\\z', '$'],
  ['(?P<', '(?<'],
]);

function tryPattern(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}
