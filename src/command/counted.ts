/** What comes from `source`. `count` is called with the size of each piece. */
export async function* counted(
  source: AsyncIterable<Uint8Array>,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of source) {
    count(piece.length);
    yield piece;
  }
}
