import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { asOwner, runAsOwner } from './as-user.js';
import { capture, must } from './child.js';
import { Failure } from './failure.js';
import { createFolder } from './folders.js';
import { readFileIfThere } from './installation.js';
import { packageVersion, readJson } from './package-version.js';
import { quote, say } from './terminal.js';

/** @typedef {import('./installation.js').Installation} Installation */
/** @typedef {import('./installation.js').Caller} Caller */
/** @typedef {import('./steps.js').Steps} Steps */

/** What a release holds of the checkout, besides the packages. A package of npm has no lock file. */
const parts = ['dist', 'package.json', 'package-lock.json', 'manage.sh', 'deploy', 'docs', 'LICENSE'];

/** @param {string} source */
export function checkSource(source) {
  const isCheckout =
    existsSync(join(source, 'manage.sh')) &&
    readFileIfThere(join(source, 'package.json')).includes('"name": "claude-harness"');
  if (!isCheckout) throw new Failure(`${quote(source)} is not a checkout of claude-harness`);
}

/**
 * Builds a checkout, as its owner, where its sources are younger than its build. A folder without sources was built elsewhere.
 * @param {Installation} installation
 * @param {Caller} caller
 */
export async function build({ source, node }, caller) {
  const mustAsOwner = async (/** @type {string[]} */ command) => {
    const status = await runAsOwner(source, caller, node, command);
    if (status !== 0) throw new Failure(`${command.join(' ')}: ended with ${status}, in ${source}`);
  };
  if (!hasPackages(source)) {
    say('  its packages are missing or old: npm ci');
    await mustAsOwner(['npm', 'ci', '--no-audit', '--no-fund']);
  }
  if (existsSync(join(source, 'src'))) await mustAsOwner(['node', 'scripts/build-if-needed.mjs']);
  if (!existsSync(join(source, 'dist/main.js'))) throw new Failure(`${source} has no build (dist/main.js)`);
}

/**
 * Whether the packages that are installed match package-lock.json, so that no network is needed. A folder without sources
 * contains its packages.
 * @param {string} source
 */
export function hasPackages(source) {
  if (!existsSync(join(source, 'node_modules'))) return false;
  if (!existsSync(join(source, 'src'))) return true;
  const installed = packagesIn(join(source, 'node_modules/.package-lock.json'));
  const wanted = Object.entries(packagesIn(join(source, 'package-lock.json'))).filter(([path]) => path !== '');
  return wanted.every(([path, { version, optional }]) => {
    const found = installed[path];
    return found === undefined ? optional === true : found.version === version;
  });
}

/** @param {string} lockFile */
function packagesIn(lockFile) {
  /** @type {{ packages?: Record<string, { version?: string, optional?: boolean }> }} */
  const { packages = {} } = readJson(lockFile);
  return packages;
}

/**
 * The same content has the same name, so that a second installation finds its release.
 * @param {string} source
 */
export function releaseName(source) {
  const hash = createHash('sha256');
  for (const file of filesOf(source)) {
    hash.update(`${file}\0`).update(
      createHash('sha256')
        .update(readFileSync(join(source, file)))
        .digest(),
    );
  }
  return `${packageVersion(source)}-${hash.digest('hex').slice(0, 12)}`;
}

/** @param {string} source */
function filesOf(source) {
  return partsOf(source)
    .flatMap((part) => {
      const entries = readdirSyncIfFolder(join(source, part));
      if (entries === undefined) return [part];
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => relative(source, join(entry.parentPath, entry.name)));
    })
    .sort();
}

/** @param {string} path */
function readdirSyncIfFolder(path) {
  try {
    return readdirSync(path, { recursive: true, withFileTypes: true });
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** @param {string} source */
function partsOf(source) {
  return parts.filter((part) => part !== 'package-lock.json' || existsSync(join(source, part)));
}

/**
 * Builds, and copies the build beside the others; gives its name.
 * @param {Installation} installation
 * @param {Caller} caller
 * @param {Steps} steps
 */
export async function makeRelease(installation, caller, steps) {
  const { source, prefix } = installation;
  await build(installation, caller);
  const release = releaseName(source);
  const folder = join(prefix, 'releases', release);
  if (existsSync(folder)) return release;
  createFolder(join(prefix, 'releases'), steps);
  const unfinished = `${folder}.new`;
  steps.onFailure(() => {
    for (const one of [folder, unfinished]) rmSync(one, { recursive: true, force: true });
  });
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished);
  for (const path of [...partsOf(source), ...(await productionPackages(installation, caller))]) {
    copyInto(unfinished, source, path);
  }
  await must(['chmod', '-R', 'a+rX,go-w', unfinished]);
  renameSync(unfinished, folder);
  return release;
}

/**
 * @param {string} folder
 * @param {string} source
 * @param {string} path
 */
function copyInto(folder, source, path) {
  cpSync(join(source, path), join(folder, path), {
    recursive: true,
    preserveTimestamps: true,
    verbatimSymlinks: true,
    filter: (from) => isWanted(relative(source, from)),
  });
}

/**
 * Of packages with native code only what this kind of machine runs.
 * @param {string} path
 */
function isWanted(path) {
  return !/(^|\/)prebuilds\/(darwin|win32)-[^/]*$/.test(path) && path !== 'node_modules/@photostructure/sqlite/src';
}

/**
 * The packages that the program needs at run time, without those for development and tests, as paths in the checkout.
 * Packages nested in one of them are copied with it.
 * @param {Installation} installation
 * @param {Caller} caller
 */
async function productionPackages({ source, node }, caller) {
  const { command, options } = await asOwner(source, caller, node, [
    ...['npm', 'ls', '--omit=dev', '--all', '--parseable', '--loglevel=error'],
  ]);
  const { status, text } = await capture(command, options);
  if (status !== 0) throw new Failure(`the packages in ${source} do not match package-lock.json; run npm ci there`);
  const root = realpathSync(source);
  return text
    .split('\n')
    .filter((path) => path.startsWith(`${root}/`))
    .map((path) => relative(root, path))
    .filter((path) => !/^node_modules\/.*\/node_modules\//.test(path));
}

/**
 * The release that a link names; empty without a link.
 * @param {Installation} installation
 * @param {'current' | 'previous'} link
 */
export function linked({ prefix }, link) {
  try {
    return readlinkSync(join(prefix, link)).replace(/^releases\//, '');
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return '';
    throw error;
  }
}

/**
 * Links atomically, or unlinks for an empty release.
 * @param {Installation} installation
 * @param {'current' | 'previous'} link
 * @param {string} release
 */
function putLink({ prefix }, link, release) {
  const path = join(prefix, link);
  if (release === '') {
    rmSync(path, { force: true });
    return;
  }
  const unfinished = join(prefix, `.${link}.new`);
  rmSync(unfinished, { force: true });
  symlinkSync(`releases/${release}`, unfinished);
  renameSync(unfinished, path);
}

/**
 * Links `current` to a release, and `previous` to the one before. Tells whether that is another one than before.
 * @param {Installation} installation
 * @param {string} release
 * @param {Steps} steps
 */
export function switchCurrent(installation, release, steps) {
  const current = linked(installation, 'current');
  const previous = linked(installation, 'previous');
  if (current === release) return false;
  steps.onFailure(() => {
    putLink(installation, 'current', current);
    putLink(installation, 'previous', previous);
  });
  if (current !== '') putLink(installation, 'previous', current);
  putLink(installation, 'current', release);
  return true;
}

/** @param {Installation} installation */
export function removeOldReleases(installation) {
  const kept = [linked(installation, 'current'), linked(installation, 'previous')];
  const folder = join(installation.prefix, 'releases');
  for (const name of readdirSync(folder)) {
    if (!kept.includes(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
