import { lstat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname } from 'node:path';

/** What is at the path of a Unix socket: nothing, a socket that nobody listens on any more, or what is in the way. */
export type SocketPlace = 'free' | 'stale' | 'in_use' | 'not_a_socket' | 'no_folder';

/** A path where no socket can be made. */
export class SocketPlaceError extends Error {
  readonly place: SocketPlace;

  constructor(path: string, place: SocketPlace) {
    super(`${path}: ${place}`);
    this.place = place;
  }
}

/** Looks at a path without changing anything. Rejects where it may not be looked at. */
export async function lookAtSocket(path: string): Promise<SocketPlace> {
  const found = await lstatIfThere(path);
  if (found === undefined) return (await lstatIfThere(dirname(path))) === undefined ? 'no_folder' : 'free';
  if (!found.isSocket()) return 'not_a_socket';
  return (await isListenedOn(path)) ? 'in_use' : 'stale';
}

/** Removes the socket that a killed process has left behind, and nothing else. Throws `SocketPlaceError`. */
export async function clearSocketPlace(path: string): Promise<void> {
  const place = await lookAtSocket(path);
  if (place === 'stale') await unlink(path);
  else if (place !== 'free') throw new SocketPlaceError(path, place);
}

async function lstatIfThere(path: string): Promise<Awaited<ReturnType<typeof lstat>> | undefined> {
  return lstat(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
}

async function isListenedOn(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      // More wait to be accepted than it lets wait: somebody listens.
      if (error.code === 'EAGAIN') resolve(true);
      else if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(false);
      else reject(error);
    });
  });
}
