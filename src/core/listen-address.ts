/** Where a service listens: at a port of TCP, or at a Unix socket. */
export type ListenAddress = TcpAddress | UnixAddress;

export interface TcpAddress {
  host: string;
  port: number;
}

export interface UnixAddress {
  path: string;
  /** The permissions of the socket's file. */
  mode: number;
}

/** Where a service does listen; a Unix socket that was handed over does not tell its path. */
export type BoundAddress = TcpAddress | { path: string | undefined };

/** A wildcard address can be listened on, not connected to. */
export function connectable({ host, port }: TcpAddress): TcpAddress {
  return { host: host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host, port };
}

/** `http://[::1]:8013`, or `unix:/run/claude-harness.sock`, as clients are told it. */
export function urlOf(address: TcpAddress | Pick<UnixAddress, 'path'>): string {
  if ('path' in address) return `unix:${address.path}`;
  const { host, port } = address;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
