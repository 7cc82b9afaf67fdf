/** The body of an answer, as it comes. */
export async function* bytesOf({ body }: Response): AsyncGenerator<Uint8Array, void, undefined> {
  if (body === null) return;
  for await (const bytes of body) yield bytes as Uint8Array;
}
