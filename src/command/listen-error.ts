import type { Config } from '../config/schema.ts';
import { type UnixAddress, urlOf } from '../core/listen-address.ts';
import { ListenError } from '../http/listener.ts';
import { SocketPlaceError, type SocketPlace } from '../http/unix-socket.ts';
import { describeSocketOwner } from './socket-owner.ts';

/** Why a service could not start: the address that it can't listen on, and what to do, or what else has failed. */
export function describeStartError(error: unknown, { listen }: Config['server']): string {
  if (!(error instanceof ListenError)) return `The service could not start: ${String(error)}`;
  const { target, cause } = error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if ('fd' in target)
    return `The socket that systemd hands over (descriptor ${target.fd}) is not available: ${String(cause)}`;
  if ('path' in target) return describeSocketError(target, cause, code);
  const address = urlOf(target).replace('http://', '');
  const elsewhere = listen.length > 0 ? 'another address in server.listen' : 'another port with --port or server.port';
  switch (code) {
    case 'EADDRINUSE':
      return `${address} is in use by another program or another harness: stop it, or choose ${elsewhere}.`;
    case 'EACCES':
      return `${address} is not permitted for this user: choose ${elsewhere}, above 1023.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${target.host} is not an address of this machine: fix server.${listen.length > 0 ? 'listen' : 'host'}.`;
    default:
      return `${address} is not available: ${String(cause)}`;
  }
}

function describeSocketError({ path }: Pick<UnixAddress, 'path'>, cause: unknown, code: unknown): string {
  if (cause instanceof SocketPlaceError) return describeSocketPlace(path, cause.place);
  return code === 'EACCES'
    ? `${path} can't be made, or looked at, by this user: change the permissions of its folder, or server.listen.`
    : `${path} is not available: ${String(cause)}`;
}

/** What is in the way of a socket, and what to do. */
export function describeSocketPlace(path: string, place: SocketPlace): string {
  switch (place) {
    case 'in_use':
      return `${path} is in use by ${describeSocketOwner(path)}: stop it, or choose another path in server.listen.`;
    case 'not_a_socket':
      return `${path} is not a socket, and is left as it is: remove it, or choose another path in server.listen.`;
    case 'no_folder':
      return `${path} can't be made, since its folder does not exist: create it (RuntimeDirectory= in a unit), or change server.listen.`;
    case 'stale':
    case 'free':
      return `${path} is free.`;
  }
}
