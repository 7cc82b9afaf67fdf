import { isIP } from 'node:net';

/** True for an IP address without brackets, or a host name; a port, a scheme or a wildcard makes it false. */
export function isHostName(host: string): boolean {
  return isIP(host) !== 0 || (host.length <= 253 && /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/i.test(host));
}

/**
 * True for an origin exactly as browsers send it, in lower case: scheme, host, and a port only if it is not the
 * scheme's default. Apps may use their own schemes, such as `app://obsidian.md`. False for `*`: without tokens it would
 * open the service to every web page that the owner visits.
 */
export function isOrigin(origin: string): boolean {
  if (/^https?:/.test(origin)) return URL.canParse(origin) && new URL(origin).origin === origin;
  return /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9._:-]+$/.test(origin);
}
