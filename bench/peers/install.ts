import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cleanup } from '../../test/support/cleanup.ts';
import type { Peer } from './peers.ts';

/** Installs a peer from the registry that npm is set to, in a folder and a home of its own; gives the package's folder. */
export function installPeer({ name, version }: Peer, cleanup: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'harness-peer-'));
  cleanup.defer(() => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  const home = join(folder, 'home');
  mkdirSync(home);
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--silent', `${name}@${version}`], {
    cwd: folder,
    env: { ...npmSettings(), PATH: process.env['PATH'], HOME: home },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return join(folder, 'node_modules', name);
}

/** Where the registry is, and how it is reached. */
function npmSettings(): NodeJS.ProcessEnv {
  const isOfUse = (name: string): boolean =>
    /^(npm_config_(registry|cafile)|https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS)$/i.test(name);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => isOfUse(name)));
}
