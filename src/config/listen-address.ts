import { type BoundAddress, connectable, type ListenAddress, type TcpAddress } from '../core/listen-address.ts';
import { isHostName } from './host-name.ts';
import { isLoopbackHost } from './loopback.ts';

/** The shortest of the limits of systems (104 bytes on macOS, 108 on Linux), of which one is for the end. */
const maxSocketPathBytes = 103;

/** `HOST:PORT`, `[IPv6]:PORT`, or `unix:/PATH`, after which `?mode=0660` may follow; undefined for anything else. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  return text.startsWith('unix:') ? parseSocket(text) : parseTcp(text);
}

function parseTcp(text: string): ListenAddress | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*:[^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? '';
  const port = Number(digits);
  return isHostName(host) && port <= 65_535 ? { host, port } : undefined;
}

/** Its owner must be able to use it, whoever else may. */
function parseSocket(text: string): ListenAddress | undefined {
  const [, path = '', mode = '600'] = /^unix:(\/[^?\p{Cc}]*[^/?\p{Cc}])(?:\?mode=0?([67][0-7]{2}))?$/u.exec(text) ?? [];
  if (path === '' || Buffer.byteLength(path) > maxSocketPathBytes) return undefined;
  return { path, mode: Number.parseInt(mode, 8) };
}

interface ListenSettings {
  host: string;
  port: number;
  listen: readonly string[];
}

/** Where a service with this configuration listens. */
export function listenAddresses({ host, port, listen }: ListenSettings): readonly ListenAddress[] {
  if (listen.length === 0) return [{ host, port }];
  return listen.flatMap((text) => parseListenAddress(text) ?? []);
}

/** Of a service's addresses the one to ask it at from this machine: a port of loopback, else any port, else a socket. */
export function addressToAsk<Address extends BoundAddress>(
  addresses: readonly Address[],
): TcpAddress | Address | undefined {
  const ports = addresses.flatMap((address) => ('path' in address ? [] : [connectable(address)]));
  return ports.find(({ host }) => isLoopbackHost(host)) ?? ports[0] ?? addresses[0];
}

/** Whether other machines reach an address; a Unix socket they never do. */
export function isOpenAddress(address: BoundAddress): address is TcpAddress {
  return !('path' in address) && !isLoopbackHost(address.host);
}
