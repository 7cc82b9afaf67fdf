import { existsSync } from 'node:fs';
import { hostOf, portOf } from '../address.js';
import { asServiceUser, asServiceUserWithToken } from '../as-user.js';
import { run } from '../child.js';
import { program } from '../program.js';
import { serviceUrl } from '../systemd.js';
import { needRoot, needServiceUser } from '../verb.js';

/** @typedef {import('../verb.js').Verb} Verb */

/** @type {Verb} */
export const doctor = {
  help: `manage.sh doctor [--turn]

Checks everything that a turn needs, as the user of the service. --turn also runs a real turn, which counts against the
plan. Exits 1 if there is a problem.
`,
  options: { turn: { type: 'boolean' } },
  needsInstallation: true,
  async run(call) {
    const { args, caller, installation } = call;
    const hasToken = existsSync(installation.tokenFile);
    if (hasToken) needRoot(call, 'doctor');
    else needServiceUser(call, 'doctor');
    const turn = args.values['turn'] === true ? ['--turn'] : [];
    const options = ['--config', installation.configFile, ...placeOf(await serviceUrl(installation)), ...turn];
    const state = ['env', `STATE_DIRECTORY=${installation.stateFolder}`];
    const command = [...state, ...program(installation, ['doctor', ...options])];
    const whole = hasToken
      ? asServiceUserWithToken(installation, command)
      : asServiceUser(installation, caller.name, command);
    return run(whole, { cwd: '/' });
  },
};

/**
 * The options that say where the service listens.
 * @param {string} url
 */
function placeOf(url) {
  if (!url.startsWith('http://')) return ['--set', `server.listen=['${url}']`];
  const address = url.slice('http://'.length);
  return ['--host', hostOf(address), '--port', portOf(address)];
}
