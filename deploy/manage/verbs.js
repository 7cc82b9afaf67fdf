import { doctor } from './verbs/doctor.js';
import { install } from './verbs/install.js';
import { login } from './verbs/login.js';
import { logs } from './verbs/logs.js';
import { register, unregister } from './verbs/router.js';
import { reload, restart, start, stop } from './verbs/control.js';
import { rollback, update } from './verbs/update.js';
import { status } from './verbs/status.js';
import { test } from './verbs/test.js';
import { uninstall } from './verbs/uninstall.js';

/** @type {Readonly<Record<string, import('./verb.js').Verb>>} */
export const verbs = {
  install,
  update,
  rollback,
  uninstall,
  login,
  status,
  test,
  doctor,
  logs,
  start,
  stop,
  restart,
  reload,
  register,
  unregister,
};

export const usage = `manage.sh VERB [OPTION]...

  install       build, install and start the service; run it again to apply changes
  update        install a newer build, and roll back automatically if it does not start
  rollback      return to the previous build
  uninstall     remove the service; --purge also removes configuration and state

  login         log in the claude CLI for the service, or store a long-lived token (--token)
  status        show the unit, whether it would serve and why not, turns, today's requests
  test          check the running service with two small turns
  doctor        check everything that a turn needs
  logs          show the journal of the service (--follow, --since, --errors)
  start, stop, restart, reload

  register      add the service to a router's file
  unregister    remove it again

VERB --help explains each, and --version names this version. --name NAME selects one of several instances on a machine.
--user-unit selects the calling user's own unit, which needs no root.
`;

/**
 * The verb that takes the fewest edits to get to.
 * @param {string} word
 */
export function nearestVerb(word) {
  const distances = Object.keys(verbs).map((verb) => ({ verb, edits: editsBetween(word, verb) }));
  return distances.reduce((nearest, one) => (one.edits < nearest.edits ? one : nearest)).verb;
}

/**
 * The Levenshtein distance.
 * @param {string} word
 * @param {string} other
 */
function editsBetween(word, other) {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let at = 0; at < word.length; at += 1) {
    const next = [at + 1];
    for (let column = 0; column < other.length; column += 1) {
      const replaced = (row[column] ?? 0) + (word[at] === other[column] ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
