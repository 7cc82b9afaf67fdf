import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

// A registry of npm packages on loopback, for a machine without a network: registry.ts PORT FOLDER, which has their `.tgz`
// files. Read at each request, so that more may come.

interface PackageFile {
  name: string;
  version: string;
}

const [port, folder] = [Number(process.argv[2]), process.argv[3] ?? '.'];
const base = `http://127.0.0.1:${port}`;

createServer(({ url = '' }, response) => {
  const path = decodeURIComponent(url.slice(1));
  const body = path.endsWith('.tgz') ? readFileSync(join(folder, path)) : describePackage(path);
  response.writeHead(body === undefined ? 404 : 200).end(body);
}).listen(port, '127.0.0.1');

/** All versions of a package, the last of them being the latest; `undefined` where there is none. */
function describePackage(name: string): string | undefined {
  const versions = readdirSync(folder)
    .filter((file) => file.endsWith('.tgz'))
    .sort()
    .map((file) => ({ ...readPackageFile(file), dist: describeFile(file) }))
    .filter((found) => found.name === name);
  const latest = versions.at(-1)?.version;
  if (latest === undefined) return undefined;
  const byVersion = Object.fromEntries(versions.map((found) => [found.version, found]));
  return JSON.stringify({ name, 'dist-tags': { latest }, versions: byVersion });
}

function readPackageFile(file: string): PackageFile {
  const text = execFileSync('tar', ['-xzOf', join(folder, file), 'package/package.json'], { encoding: 'utf8' });
  return JSON.parse(text) as PackageFile;
}

function describeFile(file: string): { tarball: string; integrity: string } {
  const hash = createHash('sha512')
    .update(readFileSync(join(folder, file)))
    .digest('base64');
  return { tarball: `${base}/${file}`, integrity: `sha512-${hash}` };
}
