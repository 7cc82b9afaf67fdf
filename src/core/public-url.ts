/** An address without what may be a secret: a password, or a key in the query. */
export function publicUrl({ url }: { url: string }): string {
  return url.replace(/[?#].*$/s, '').replace(/^([a-z]+:\/\/)[^/]*@/i, '$1');
}
