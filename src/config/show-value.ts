/** An untrusted name of a file or variable, safe to print on one line: quoted unless plain. */
export function showName(name: string): string {
  return /^[\w.,:;@/+[\]~…-]+$/.test(name) ? name : JSON.stringify(name);
}

/** An untrusted value or key, likewise, and cut after 60 characters. */
export function showText(text: string): string {
  return showName(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

/** How an error describes what was found: text is quoted, a collection is only named. */
export function showFound(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'string') return showText(value);
  return Array.isArray(value) ? 'a list' : 'a map';
}

/** The same where the value might be a secret in the wrong place. */
export function showFoundKind(value: unknown): string {
  return typeof value === 'string' ? 'text' : showFound(value);
}
