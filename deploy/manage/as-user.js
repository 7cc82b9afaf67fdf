import { dirname } from 'node:path';
import { homeOf } from './caller.js';
import { capture, run } from './child.js';
import { property } from './systemd.js';

/** @typedef {import('./installation.js').Installation} Installation */
/** @typedef {import('./child.js').ChildOptions & { stderr?: 'show' | 'hide' | 'join' }} CaptureOptions */

/**
 * A command as the user of the service, in the environment that its unit sets.
 * @param {Installation} installation
 * @param {string} callerName
 * @param {readonly string[]} command
 */
export function asServiceUser(installation, callerName, command) {
  const withEnvironment = ['env', ...unitEnvironment(installation), ...command];
  return callerName === installation.user
    ? withEnvironment
    : ['runuser', '-u', installation.user, '--', ...withEnvironment];
}

/**
 * The same, with the stored token as a credential, as the unit passes it.
 * @param {Installation} installation
 * @param {readonly string[]} command
 */
export function asServiceUserWithToken(installation, command) {
  const credential = `--property=LoadCredential=claude-token:${installation.tokenFile}`;
  return [...systemdRun(installation), credential, 'env', ...unitEnvironment(installation), ...command];
}

/**
 * Runs a command as the service would run it: with all that the installed unit and its drop-ins set, or, before there is one,
 * with what it will set. Gives what it prints.
 * @param {Installation} installation
 * @param {string} callerName
 * @param {readonly string[]} command
 * @param {CaptureOptions} [options]
 */
export async function captureAsUnit(installation, callerName, command, options) {
  const whole = installation.isInstalled
    ? await inUnitEnvironment(installation, command)
    : asServiceUser(installation, callerName, command);
  return capture(whole, { cwd: '/', ...options });
}

/**
 * @param {Installation} installation
 * @param {readonly string[]} command
 */
async function inUnitEnvironment(installation, command) {
  const files = environmentFiles(await property(installation, 'EnvironmentFiles'));
  return [
    ...systemdRun(installation),
    '--property=UMask=0077',
    `--property=Environment=${await property(installation, 'Environment')}`,
    ...files.map((file) => `--property=EnvironmentFile=${file}`),
    ...command,
  ];
}

/**
 * @param {string} shown as `systemctl show` prints them: `/a/file (ignore_errors=no)`, one a line
 */
export function environmentFiles(shown) {
  return [...shown.matchAll(/^(.*) \(ignore_errors=(yes|no)\)$/gm)].map(([, file = '', ignores]) =>
    ignores === 'yes' ? `-${file}` : file,
  );
}

/** @param {Installation} installation */
function systemdRun({ scope, user }) {
  return [
    'systemd-run',
    scope === 'user' ? '--user' : `--property=User=${user}`,
    '--quiet',
    '--pipe',
    '--wait',
    '--collect',
  ];
}

/**
 * The variables that the unit sets, for `env`.
 * @param {Installation} installation
 */
function unitEnvironment(installation) {
  const { user, home, claude, node } = installation;
  return [
    `HOME=${home}`,
    `USER=${user}`,
    `LOGNAME=${user}`,
    `CLAUDE_CONFIG_DIR=${installation.loginFolder}`,
    `CLAUDE_HARNESS_CLAUDE__LOGIN_HINT=${installation.manageCommand('login')}`,
    `PATH=${dirname(claude || '/usr/bin/claude')}:${dirname(node)}:/usr/local/bin:/usr/bin:/bin`,
  ];
}

/**
 * Runs a command as the owner of a folder and in it, never as root unless root owns it.
 * @param {string} folder
 * @param {{ isRoot: boolean }} caller
 * @param {string} node whose folder is first in the PATH
 * @param {readonly string[]} command
 */
export async function asOwner(folder, { isRoot }, node, command) {
  const path = `${dirname(node)}:${process.env['PATH']}`;
  const owner = (await capture(['stat', '-c', '%U', folder])).text.trim();
  if (!isRoot || owner === 'root') return { command, options: { cwd: folder, env: { PATH: path } } };
  const home = (await homeOf(owner)) ?? '/';
  return {
    command: ['runuser', '-u', owner, '--', 'env', `HOME=${home}`, `PATH=${path}`, ...command],
    options: { cwd: folder },
  };
}

/** @type {(...of: Parameters<typeof asOwner>) => Promise<number>} */
export async function runAsOwner(...of) {
  const { command, options } = await asOwner(...of);
  return run(command, options);
}
