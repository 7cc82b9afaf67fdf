/**
 * The host of `127.0.0.1:8013` or `[::1]:8013`, without brackets.
 * @param {string} address
 */
export function hostOf(address) {
  return address.replace(/:[^:]*$/, '').replace(/^\[(.*)\]$/, '$1');
}

/** @param {string} address */
export function portOf(address) {
  return address.replace(/^.*:/, '');
}

/**
 * With an IPv6 address in brackets.
 * @param {string} host
 * @param {string} port
 */
export function addressOf(host, port) {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
