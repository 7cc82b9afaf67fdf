/** What is wrong with an address that the service can't listen on, and what to do. */
export function describeListenError(error: unknown, { host, port }: { host: string; port: number }): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const address = `${host}:${port}`;
  switch (code) {
    case 'EADDRINUSE':
      return `${address} is in use by another program or another harness: stop it, or choose another port with --port or server.port.`;
    case 'EACCES':
      return `${address} is not permitted for this user: choose a port above 1023 with --port or server.port.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine: fix server.host.`;
    default:
      return `${address} is not available: ${String(error)}`;
  }
}
