import { allInstances } from '../caller.js';
import { run } from '../child.js';
import { Failure, notServingStatus } from '../failure.js';
import { Installation, instanceOf } from '../installation.js';
import { ownProgram, runProgram } from '../program.js';
import { howItEnded } from '../running.js';
import { isActive, property, serviceUrl } from '../systemd.js';
import { say } from '../terminal.js';

/** @typedef {import('../verb.js').Verb} Verb */

/** @type {Verb} */
export const status = {
  help: `manage.sh status

Shows the unit, whether a request would be served now and why not, turns and warm processes, today's requests, and the
versions. Exits 0 when it would serve, else 3. If the service requires a token, set HARNESS_TOKEN to see all lines.
Without --name, where there are instances with names, it shows a line for each; \`--name default\` is the one without.
`,
  async run({ args, caller, installation }) {
    if (args.name === undefined) {
      const { scope, unitFolder, names } = allInstances(caller, args);
      const [first = ''] = names;
      if (names.some((name) => name !== 'default')) {
        return listInstances(new Installation(scope, instanceOf(first), caller).load(), unitFolder);
      }
    }
    return showOne(installation);
  },
};

/**
 * @param {Installation} installation that whose program lists them
 * @param {string} unitFolder
 */
async function listInstances(installation, unitFolder) {
  const user = installation.scope === 'user' ? ['--user'] : [];
  return run(ownProgram(installation, ['list-instances', '--units', unitFolder, ...user]));
}

/** @param {Installation} installation */
async function showOne(installation) {
  const { name, nameOption } = installation;
  if (!installation.isInstalled) {
    throw notServing(`${name} is not installed; ./manage.sh install${nameOption} installs it`);
  }
  installation.load();
  const [state, subState, since, restarts] = await Promise.all(
    ['ActiveState', 'SubState', 'StateChangeTimestamp', 'NRestarts'].map((one) => property(installation, one)),
  );
  say(`unit      ${state} (${subState}) since ${since}${restarts === '0' ? '' : `, ${restarts} restarts`}`);
  const why = `${installation.manageCommand('logs --errors')} shows why`;
  if (state === 'failed') throw notServing(`it has failed: ${await howItEnded(installation)}; ${why}`);
  if (subState === 'auto-restart') throw notServing(`${await howItEnded(installation)}, and is started again; ${why}`);
  // Not asked, since that would start it.
  if (state === 'inactive') throw notServing(await describeStopped(installation));
  return runProgram(installation, ['status', '--config', '/dev/null', '--url', await serviceUrl(installation)]);
}

/** @param {Installation} installation */
async function describeStopped(installation) {
  return (await isActive(installation, installation.socket))
    ? 'it is stopped; the next request starts it'
    : `it is stopped; ${installation.manageCommand('start')} starts it`;
}

/**
 * A line of the status, which is what was asked for.
 * @param {string} why
 */
function notServing(why) {
  say(`ready     no: ${why}`);
  return new Failure('', notServingStatus);
}
