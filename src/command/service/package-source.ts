import { resolve } from 'node:path';
import { forPeople } from '../for-people.ts';

/** Where a package of this project comes from, as `npm pack` makes it. */
export type PackageSource = { kind: 'npm'; spec: string } | { kind: 'url'; url: URL } | { kind: 'file'; path: string };

const packageName = 'claude-harness';

/** `npm`, `npm@VERSION` with a version or a tag, an address, or a file. Throws an `Error` for people. */
export function parsePackageSource(text: string): PackageSource {
  const npm = /^npm(?:@([\w.+-]+))?$/.exec(text);
  if (npm !== null) return { kind: 'npm', spec: `${packageName}@${npm[1] ?? 'latest'}` };
  if (/^https?:/i.test(text)) {
    if (!URL.canParse(text)) throw forPeople(`--from ${text} is not an address.`);
    return { kind: 'url', url: new URL(text) };
  }
  if (/^[a-z][a-z+]*:/i.test(text) || /^npm@/.test(text)) {
    throw forPeople(`--from ${text}: expected a file, an address that begins with https://, npm or npm@VERSION.`);
  }
  return { kind: 'file', path: resolve(text) };
}
