import { Failure } from './failure.js';
import { ownFolder } from './program.js';

/** @typedef {import('./installation.js').Installation} Installation */
/** @typedef {import('./installation.js').Caller} Caller */
/** @typedef {import('./options.js').Arguments} Arguments */
/** @typedef {import('./options.js').OptionTable} OptionTable */

/**
 * @typedef {object} Call
 * @property {Arguments} args
 * @property {Caller} caller
 * @property {Installation} installation that of the instance, loaded where the verb needs one
 */

/**
 * What `manage.sh` is asked to do.
 * @typedef {object} Verb
 * @property {string} help without the options that all verbs have
 * @property {OptionTable} [options]
 * @property {number} [operands] how many words besides options it takes; by default none
 * @property {boolean} [handsOn] its options are those of the program
 * @property {boolean} [needsInstallation] the instance must be installed, and is loaded
 * @property {boolean} [needsRoot] but for the installation of a user
 * @property {(call: Call) => Promise<number | void>} run gives the exit status; nothing is 0
 */

/**
 * @param {Call} call
 * @param {string} what the verb, and an option where it needs root for that
 */
export function needRoot({ caller, installation }, what) {
  if (installation.scope === 'system' && !caller.isRoot) {
    throw new Failure(`this needs root: sudo ${ownFolder}/manage.sh ${what}${installation.nameOption}`);
  }
}

/**
 * What runs as the user of the service needs to be that user, or root.
 * @param {Call} call
 * @param {string} what
 */
export function needServiceUser(call, what) {
  if (call.caller.name !== call.installation.user) needRoot(call, what);
}
