/** What to do about an address that can't be listened on. */
export function describeListenError(error: unknown, { host, port }: { host: string; port: number }): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const address = `${host}:${port}`;
  switch (code) {
    case 'EADDRINUSE':
      return `${address} is taken: another program, or another harness, listens there. End it, or choose another port with --port or server.port.`;
    case 'EACCES':
      return `${address} may not be listened on by this user: choose a port above 1023 with --port or server.port.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is no address of this machine: mend server.host.`;
    default:
      return `${address} can't be listened on: ${String(error)}`;
  }
}
