const maxNames = 20;

/** Names that come from a client and end up in a response header: only plain ones are repeated, each once, and not many. */
export function toPrintableNames(names: readonly string[]): string[] {
  const printable = names.map((name) => (/^[A-Za-z0-9_.[\]-]{1,64}$/.test(name) ? name : '(unprintable)'));
  return [...new Set(printable)].slice(0, maxNames);
}
