/**
 * Whether the page of a request is this service's own, by the headers Origin and Host, the latter of which has been
 * checked. Which scheme the page came by, a proxy may have changed.
 */
export function isOwnOrigin(origin: string, host: string | undefined): boolean {
  return host !== undefined && [`http://${host}`, `https://${host}`].includes(origin.toLowerCase());
}
