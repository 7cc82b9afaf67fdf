import type { TcpAddress } from '../core/listen-address.ts';

/** A program that makes a port of this machine public. */
export interface TunnelTool {
  /** Its name, found on the PATH. */
  readonly name: string;
  /** How to get it, to complete a sentence. */
  readonly install: string;
  /** Its command line, on which there is nothing secret: everybody can read it. */
  argumentsFor(target: TcpAddress): string[];
  /** What it has to know besides, secrets included. */
  readonly env: Readonly<Record<string, string>>;
  /** The public address, at the line of its output which says that the tunnel is open. */
  addressIn(line: string): string | undefined;
  /** Whether a line may say why it ended. */
  isOfInterest(line: string): boolean;
}

/** `127.0.0.1:8013`, an IPv6 address in brackets. */
export function hostAndPort({ host, port }: TcpAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
