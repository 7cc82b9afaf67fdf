import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { freePort } from '../free-port.ts';
import { onLine } from '../on-line.ts';

const debianFolder = '/usr/lib/postgresql';
export const password = 'made-up-pass-word';

export interface PostgresServer {
  port: number;
  /** Of the superuser, with the password. */
  urlOf: (database: string) => string;
  /** Ends it, its sessions cut off; it can be started again. */
  stop: () => Promise<void>;
  start: () => Promise<void>;
  /** Ends it for good. */
  remove: () => Promise<void>;
}

/**
 * A PostgreSQL server of its own on a free port of loopback, in a temporary folder, which does not wait for disks. Throws
 * where the programs are missing.
 */
export async function startPostgres(): Promise<PostgresServer> {
  const programs = programsFolder();
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  const owner = ordinaryUser();
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const port = await freePort();
  const env = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8' };
  let server: ChildProcess | undefined;

  const stop = async (): Promise<void> => {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    // A fast shutdown, which waits for no client.
    server.kill('SIGINT');
    await exited;
  };
  const remove = async (): Promise<void> => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const start = async (): Promise<void> => {
    const args = ['-D', data, '-p', String(port), '-k', folder, ...settings.flatMap((setting) => ['-c', setting])];
    const child = spawn(join(programs, 'postgres'), args, { env, ...owner, stdio: ['ignore', 'ignore', 'pipe'] });
    server = child;
    await untilReady(child);
  };

  try {
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, password, { mode: 0o600 });
    if (owner !== undefined) chownSync(passwordFile, owner.uid, owner.gid);
    const args = [
      '-D',
      data,
      '-U',
      'harness',
      '-A',
      'scram-sha-256',
      '--pwfile',
      passwordFile,
      '-E',
      'UTF8',
      '--no-sync',
    ];
    const { status, stderr } = spawnSync(join(programs, 'initdb'), args, { env, ...owner, encoding: 'utf8' });
    if (status !== 0) throw new Error(`initdb failed:\n${stderr}`);
    await start();
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    port,
    urlOf: (database) => `postgres://harness:${password}@127.0.0.1:${port}/${database}`,
    stop,
    start,
    remove,
  };
}

const settings = [
  'listen_addresses=127.0.0.1',
  'fsync=off',
  'full_page_writes=off',
  'synchronous_commit=off',
  'shared_buffers=16MB',
];

function programsFolder(): string {
  const versions = existsSync(debianFolder) ? readdirSync(debianFolder).sort((a, b) => Number(b) - Number(a)) : [];
  const folder = versions
    .map((version) => join(debianFolder, version, 'bin'))
    .find((path) => existsSync(join(path, 'initdb')));
  if (folder === undefined) {
    throw new Error(`There is no PostgreSQL in ${debianFolder}: install Debian's package postgresql for these tests.`);
  }
  return folder;
}

/** The server refuses to run as root: then as nobody. */
function ordinaryUser(): { uid: number; gid: number } | undefined {
  return process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;
}

function untilReady(child: ChildProcess & { stderr: Readable }): Promise<void> {
  return new Promise((resolve, reject) => {
    const seen: string[] = [];
    onLine(child.stderr, (line) => {
      seen.push(line);
      if (line.includes('database system is ready to accept connections')) resolve();
    });
    child.once('error', reject);
    child.once('exit', () => {
      reject(new Error(`PostgreSQL ended:\n${seen.join('\n')}`));
    });
  });
}
