/** At `offset` (UTF-16 units), `removed` stands and gives way to `inserted`. */
export interface Splice {
  offset: number;
  removed: string;
  inserted: string;
}

/** Applies splices that do not overlap; all offsets are those of `text`. Throws when `removed` does not stand there. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  let result = '';
  let done = 0;
  for (const { offset, removed, inserted } of splices.toSorted((a, b) => a.offset - b.offset)) {
    if (offset < done || !text.startsWith(removed, offset)) throw new Error('The splice does not fit its text.');
    result += text.slice(done, offset) + inserted;
    done = offset + removed.length;
  }
  return result + text.slice(done);
}
