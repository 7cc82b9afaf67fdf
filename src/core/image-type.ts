/** How the files of the types begin that the Messages API takes; `.` is any byte. */
const beginnings: readonly (readonly [type: string, pattern: RegExp])[] = [
  ['image/png', /^\x89PNG/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8/],
  ['image/webp', /^RIFF.{4}WEBP/s],
];

/** Base64 of the bytes that tell. */
const looked = 16;

/** The type of an image by its data; `undefined` for what is none that the Messages API takes. */
export function imageTypeOf(base64: string): string | undefined {
  const start = Buffer.from(base64.slice(0, looked), 'base64').toString('latin1');
  return beginnings.find(([, pattern]) => pattern.test(start))?.[0];
}
