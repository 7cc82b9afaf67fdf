export interface DataUrl {
  /** Lower case, without parameters. */
  mediaType: string;
  /** As it was sent, not yet checked. */
  data: string;
}

/** Reads `data:<type>[;<parameter>...];base64,<data>`; undefined when the text is anything else. */
export function parseDataUrl(url: string): DataUrl | undefined {
  if (!/^data:/i.test(url)) return undefined;
  const comma = url.indexOf(',');
  if (comma === -1) return undefined;
  const fields = url.slice('data:'.length, comma).toLowerCase().split(';');
  if (fields.length < 2 || fields.at(-1)?.trim() !== 'base64') return undefined;
  return { mediaType: fields[0]?.trim() ?? '', data: url.slice(comma + 1) };
}

/**
 * Canonical base64: no line breaks, padding complete. Undefined when there is nothing, or something that is not base64.
 * Looks for a bad character instead of matching the whole: a pattern over 20 MB overflows the regex engine's stack.
 */
export function toBase64(data: string): string | undefined {
  const compact = /\s/.test(data) ? data.replaceAll(/\s+/g, '') : data;
  const digits = compact.replace(/={1,2}$/, '');
  if (digits === '' || digits.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(digits)) return undefined;
  return digits + '='.repeat((4 - (digits.length % 4)) % 4);
}
