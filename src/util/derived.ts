/** What is made from a value, made anew only when that is another one. */
export function derived<Source, Result>(read: () => Source, make: (source: Source) => Result): () => Result {
  let last: { source: Source; result: Result } | undefined;
  return () => {
    const source = read();
    if (last === undefined || last.source !== source) last = { source, result: make(source) };
    return last.result;
  };
}
