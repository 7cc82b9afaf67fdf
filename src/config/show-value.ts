/** A file's or variable's name from outside, safe to put on one line: quoted unless plain. */
export function showName(name: string): string {
  return /^[\w.,:;@/+[\]~…-]+$/.test(name) ? name : JSON.stringify(name);
}

/** A value or key from outside, likewise, and cut after 60 characters. */
export function showText(text: string): string {
  return showName(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

/** What an error says was found: text itself, but only the kind of a collection. */
export function showFound(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'string') return showText(value);
  return Array.isArray(value) ? 'a list' : 'a map';
}

/** What an error says was found where the value might be a secret in the wrong place. */
export function showFoundKind(value: unknown): string {
  return typeof value === 'string' ? 'text' : showFound(value);
}
