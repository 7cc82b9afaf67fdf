import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { captureAsUnit } from './as-user.js';
import { hostOf, portOf } from './address.js';
import { capture, run } from './child.js';
import { Failure, configStatus } from './failure.js';
import { isReadable } from './systemd.js';
import { warn } from './terminal.js';

/** @typedef {import('./installation.js').Installation} Installation */

/** The folder of this script's own version: a checkout, a package or a release. */
export const ownFolder = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/**
 * A command of the program that is installed.
 * @param {Installation} installation
 * @param {readonly string[]} args
 */
export function program({ node, current }, args) {
  return [node, join(current, 'dist/main.js'), ...args];
}

/**
 * A command of the program of this script's own version, where that is built.
 * @param {Installation} installation
 * @param {readonly string[]} args
 */
export function ownProgram(installation, args) {
  const own = join(ownFolder, 'dist/main.js');
  return existsSync(own) ? [installation.node, own, ...args] : program(installation, args);
}

/**
 * @param {Installation} installation
 * @param {readonly string[]} args
 */
export async function runProgram(installation, args) {
  return run(program(installation, args));
}

/**
 * Log lines as people read them. Without a program that can, they stay as they are.
 * @param {Installation} installation
 * @param {string} log
 */
export async function readLog(installation, log) {
  const { status, text } = await capture(program(installation, ['read-log']), { input: log, stderr: 'hide' });
  return status === 0 ? text : log;
}

/**
 * Anybody may see the state of the service, but not read its configuration, which is not needed when the address is known.
 * @param {Installation} installation
 */
export function readableConfig({ configFile }) {
  return isReadable(configFile) ? configFile : '/dev/null';
}

/**
 * Ends this run with the mistake where the program in a folder would refuse to start for its configuration.
 * @param {Installation} installation
 * @param {string} callerName
 * @param {string} build
 */
export async function checkConfiguration(installation, callerName, build) {
  const { node, configFile, listen } = installation;
  const where = ['--config', configFile, '--host', hostOf(listen), '--port', portOf(listen)];
  const command = [node, join(build, 'dist/main.js'), 'config', 'check', ...where];
  const { status, text } = await captureAsUnit(installation, callerName, command, { stderr: 'join' });
  // Any other status is of a build that does not start, or that is too old to know this command; starting it shows which.
  if (status !== configStatus) return;
  warn(text.trimEnd());
  throw new Failure(
    'nothing is changed for a configuration that the service would refuse; correct it, and run the same command again',
    configStatus,
  );
}

/**
 * The `claude.path` that the service would use; empty for none. Needs a build to ask.
 * @param {Installation} installation
 * @param {string} callerName
 * @returns {Promise<string>}
 */
export async function configuredClaude(installation, callerName) {
  const { node, configFile, source, current } = installation;
  if (!existsSync(configFile)) return '';
  for (const build of [source, current]) {
    const main = join(build, 'dist/main.js');
    if (!existsSync(main)) continue;
    const command = [node, main, 'config', 'get', 'claude.path', '--config', configFile];
    const { status, text } = await captureAsUnit(installation, callerName, command, { stderr: 'join' });
    if (status === 0) return text.trim();
    if (status !== configStatus) continue;
    warn(text.trimEnd());
    throw new Failure('', configStatus);
  }
  return '';
}
