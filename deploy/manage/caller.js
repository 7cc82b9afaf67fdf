import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { capture } from './child.js';
import { Failure } from './failure.js';
import { Installation, instanceNames, systemUnits, userUnits } from './installation.js';

/** @typedef {import('./installation.js').Caller} Caller */
/** @typedef {import('./options.js').Arguments} Arguments */

/** @returns {Caller} */
export function thisCaller() {
  const { uid, homedir, username } = userInfo();
  const { HOME, SUDO_USER, XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_RUNTIME_DIR } = process.env;
  return {
    isRoot: uid === 0,
    uid,
    home: HOME || homedir,
    name: username,
    sudoUser: SUDO_USER || undefined,
    configHome: XDG_CONFIG_HOME,
    stateHome: XDG_STATE_HOME,
    runtimeDir: XDG_RUNTIME_DIR || `/run/user/${uid}`,
  };
}

/**
 * The scope that a caller means: the option wins; without it, a user who has only an installation of their own means that.
 * @param {Caller} caller
 * @param {Pick<Arguments, 'isUserUnit'>} args
 * @param {(unitFolder: string) => boolean} isThere
 * @returns {import('./installation.js').Scope}
 */
function scopeOf(caller, { isUserUnit }, isThere) {
  if (isUserUnit && caller.isRoot) throw new Failure('--user-unit is for users other than root; leave it out as root');
  if (isUserUnit) return 'user';
  return !caller.isRoot && !isThere(systemUnits) && isThere(userUnits(caller)) ? 'user' : 'system';
}

/**
 * The installation of an instance, not loaded.
 * @param {Caller} caller
 * @param {Arguments} args
 * @param {string} instance
 */
export function installationOf(caller, args, instance) {
  const at = instance === '' ? '' : `@${instance}`;
  const scope = scopeOf(caller, args, (folder) => existsSync(join(folder, `claude-harness${at}.service`)));
  return new Installation(scope, instance, caller);
}

/**
 * All instances of the scope that the caller means: their names, and where their units are.
 * @param {Caller} caller
 * @param {Arguments} args
 */
export function allInstances(caller, args) {
  const scope = scopeOf(caller, args, (folder) => instanceNames(folder).length > 0);
  const { unitFolder } = new Installation(scope, '', caller);
  return { scope, unitFolder, names: instanceNames(unitFolder) };
}

/**
 * The name of a user's own group.
 * @param {string} user
 */
export async function groupOf(user) {
  return (await capture(['id', '-gn', user])).text.trim();
}

/**
 * The home folder of a user; `undefined` for one that does not exist.
 * @param {string} user
 */
export async function homeOf(user) {
  const { status, text } = await capture(['getent', 'passwd', user]);
  return status === 0 ? text.split(':')[5] : undefined;
}
