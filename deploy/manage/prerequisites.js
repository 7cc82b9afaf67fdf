import { accessSync, constants, existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { asServiceUser } from './as-user.js';
import { homeOf } from './caller.js';
import { capture } from './child.js';
import { Failure, misused } from './failure.js';
import { configuredClaude } from './program.js';
import { build, checkSource } from './release.js';
import { quote, say } from './terminal.js';

/** @typedef {import('./installation.js').Installation} Installation */
/** @typedef {import('./installation.js').Caller} Caller */
/** @typedef {import('./steps.js').Steps} Steps */

/**
 * All refusals happen here, before anything is changed.
 * @param {Installation} installation
 * @param {{ node?: string, claude?: string }} requested
 * @param {Caller} caller
 * @param {Steps} steps
 */
export async function checkPrerequisites(installation, requested, caller, steps) {
  await findUser(installation, caller);
  installation.prefix ||=
    installation.scope === 'system'
      ? `/opt/${installation.ownFolder}`
      : join(installation.home, '.local/share', installation.ownFolder);
  await findNode(installation, requested.node);
  const { source, configFile } = installation;
  checkSource(source);
  // Which CLI it is, the configuration says, which needs a program to ask.
  if (existsSync(configFile) && !existsSync(join(source, 'dist/main.js')) && !steps.isDryRun) {
    await steps.step(`build in ${source}`, () => build(installation, caller));
  }
  const version = await steps.timed('look for the claude CLI, and ask its version', () =>
    findClaude(installation, caller, requested.claude),
  );
  checkPaths(installation);
  say(`user ${installation.user}, ${installation.node}, ${installation.claude} (${version})`);
}

/**
 * Finds the user whose login the service uses, and their home.
 * @param {Installation} installation `user` is the one that was asked for, or empty
 * @param {Caller} caller
 */
async function findUser(installation, caller) {
  if (installation.scope === 'user') {
    if ((installation.user || caller.name) !== caller.name) throw misused('--user cannot be combined with --user-unit');
    installation.user = caller.name;
  }
  installation.user ||= caller.sudoUser ?? '';
  const { user } = installation;
  if (user === '')
    throw new Failure('the service needs a user whose login it uses: pass --user NAME (sudo provides it)');
  const home = await homeOf(user);
  if (home === undefined) throw new Failure(`user ${quote(user)} does not exist`);
  if (home === '/' || !isFolder(home))
    throw new Failure(`user ${user} has no home folder, where the CLI keeps its login`);
  installation.home = home;
}

/**
 * @param {Installation} installation `node` is the one that was asked for or is installed, or empty
 * @param {string | undefined} requested the one that was asked for
 */
async function findNode(installation, requested) {
  const { home, node } = installation;
  for (const candidate of [node, ...onThePath('node'), ...nodesOf(home), '/usr/local/bin/node', '/usr/bin/node']) {
    if (requested !== undefined && candidate !== requested) {
      throw new Failure(`--node ${requested} is not Node 20.19 or later`);
    }
    if (!isProgram(candidate)) continue;
    // In a home or from a version manager, it may be a link into a folder that lasts for one shell only.
    const path = /^\/run\//.test(candidate) || candidate.startsWith(`${home}/`) ? realpathSync(candidate) : candidate;
    if (await isNewEnough(path)) {
      installation.node = path;
      return;
    }
  }
  throw new Failure(
    `no Node 20.19 or later found for user ${installation.user}; install it (https://nodejs.org), or pass --node PATH`,
  );
}

/** @param {string} home */
function nodesOf(home) {
  return [
    ...inEach(join(home, '.nvm/versions/node'), 'bin/node'),
    ...inEach(join(home, '.local/share/fnm/node-versions'), 'installation/bin/node'),
    ...inEach(join(home, '.volta/tools/image/node'), 'bin/node'),
    join(home, '.local/bin/node'),
  ];
}

/**
 * @param {string} folder
 * @param {string} path
 */
function inEach(folder, path) {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name, path)) : [];
}

/** @param {string} name */
function onThePath(name) {
  const folders = (process.env['PATH'] ?? '').split(':').filter((folder) => folder !== '');
  const found = folders.map((folder) => resolve(folder, name)).find(isProgram);
  return found === undefined ? [] : [found];
}

/** @param {string} path */
async function isNewEnough(path) {
  const { status, text } = await capture([path, '-p', 'process.versions.node'], { stderr: 'hide' });
  const [major = 0, minor = 0] = text.split('.').map(Number);
  return status === 0 && (major > 20 || (major === 20 && minor >= 19));
}

/**
 * Finds the CLI: the program that the configuration names, else that of the option or of the installation, else the first one
 * found. A link is kept: the CLI updates itself by changing it. Gives its version.
 * @param {Installation} installation
 * @param {Caller} caller
 * @param {string | undefined} requested
 */
async function findClaude(installation, caller, requested) {
  const configured = await configuredClaude(installation, caller.name);
  if (configured === '') installation.claude = firstClaude(installation, requested);
  else {
    if ((requested ?? configured) !== configured) {
      throw misused(`--claude ${requested} has no effect: the configuration sets claude.path to ${configured}`);
    }
    if (!isProgram(configured)) {
      throw new Failure(
        `claude.path in the configuration is ${configured}, which is not an executable file; correct it`,
      );
    }
    installation.claude = configured;
  }
  return claudeVersion(installation, caller);
}

/**
 * @param {Installation} installation
 * @param {string | undefined} requested
 */
function firstClaude({ claude, home, node, user }, requested) {
  if (requested !== undefined && !isProgram(requested)) {
    throw new Failure(`--claude ${requested} is not an executable file`);
  }
  const candidates = [
    claude,
    ...['.local/bin/claude', '.claude/local/claude', '.npm-global/bin/claude'].map((path) => join(home, path)),
    join(dirname(node), 'claude'),
    '/usr/local/bin/claude',
    '/usr/bin/claude',
  ];
  const found = candidates.find(isProgram);
  if (found !== undefined) return found;
  throw new Failure(
    `no claude CLI found for user ${user}; install it as that user (https://claude.com/claude-code), or pass --claude PATH`,
  );
}

/**
 * Runs the CLI as the user of the service, since a file that is there may still not run.
 * @param {Installation} installation
 * @param {Caller} caller
 */
async function claudeVersion(installation, caller) {
  const { claude } = installation;
  const command = asServiceUser(installation, caller.name, ['timeout', '--kill-after=1', '8', claude, '--version']);
  const { status, text } = await capture(command, { cwd: '/', input: '', stderr: 'join' });
  if (status === 124 || status === 137) {
    throw new Failure(`the claude CLI does not answer: ${claude} --version took longer than 8 s`);
  }
  if (status !== 0) {
    const reason = text.trimEnd().split('\n').at(-1) ?? '';
    throw new Failure(
      `the claude CLI does not run: ${claude} --version ended with ${status}${reason && `: ${reason.slice(0, 200)}`}`,
    );
  }
  const [version] = /\d+\.\d+\.\d+/.exec(text) ?? [];
  if (version === undefined) {
    throw new Failure(`${claude} is not the claude CLI: its --version has no version: ${text.trim().slice(0, 200)}`);
  }
  return version;
}

/**
 * Paths are written into units, where spaces and percent signs have a special meaning.
 * @param {Pick<Installation, 'prefix' | 'home' | 'node' | 'claude' | 'configFolder'>} installation
 */
export function checkPaths({ prefix, home, node, claude, configFolder }) {
  for (const path of [prefix, home, node, claude, configFolder]) {
    if (!/^\/[A-Za-z0-9._/@+-]*$/.test(path)) {
      throw new Failure(`the path ${quote(path)} must begin with / and contain only letters, digits and . _ / @ + -`);
    }
  }
  if (['/', '/usr', '/etc', '/home', home].includes(prefix.replace(/(.)\/$/, '$1'))) {
    throw new Failure(`--prefix ${prefix} is used for other things; choose a separate folder`);
  }
  if (/^\/(var\/)?tmp\//.test(`${prefix}/`)) {
    throw new Failure(`--prefix ${prefix} is temporary, and the service has its own /tmp; choose another folder`);
  }
}

/**
 * What the caller cannot look at is not for the service either.
 * @param {string} path
 */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** @param {string} path */
function isFolder(path) {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
