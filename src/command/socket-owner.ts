import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const maxCommandLength = 120;

/** Who listens on a Unix socket, such as `process 4711 (node dist/main.js)`, where the system tells this user. */
export function describeSocketOwner(path: string): string {
  const inode = inodeOf(path);
  const pid = inode === undefined ? undefined : holderOf(`socket:[${inode}]`);
  return pid === undefined ? 'another program or another harness' : `process ${pid} (${commandOf(pid)})`;
}

/** Linux lists them: `address: references protocol flags type state inode path`; the flag is of those that listen. */
function inodeOf(path: string): string | undefined {
  const lines = readOrNothing('/proc/net/unix').split('\n');
  for (const line of lines) {
    const [, inode, named] = /^\S+ \S+ \S+ 00010000 \S+ \S+ +(\d+) (.*)$/.exec(line) ?? [];
    if (named === path) return inode;
  }
  return undefined;
}

/** The process that has a descriptor of it; one that only this user's processes are searched for. */
function holderOf(link: string): string | undefined {
  return listOrNothing('/proc').find(
    (pid) =>
      /^\d+$/.test(pid) && listOrNothing(`/proc/${pid}/fd`).some((fd) => linkOf(`/proc/${pid}/fd/${fd}`) === link),
  );
}

function commandOf(pid: string): string {
  const command = readOrNothing(`/proc/${pid}/cmdline`)
    .replaceAll(/[\0\p{Cc}]+/gu, ' ')
    .trim();
  return command.slice(0, maxCommandLength);
}

// What ends meanwhile, and what other users have, is passed over.

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function listOrNothing(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
