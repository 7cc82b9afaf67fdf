import { readableConfig, runProgram } from '../program.js';
import { serviceUrl } from '../systemd.js';

/** @typedef {import('../installation.js').Installation} Installation */
/** @typedef {import('../verb.js').Verb} Verb */

/** @type {Verb} */
export const test = {
  help: `manage.sh test

Checks the running service as a client would: health, ready, models, and two small chats, which count against the plan.
Prints a line for each; exits 1 if one fails. If the service requires a token, set HARNESS_TOKEN.
`,
  needsInstallation: true,
  run: ({ installation }) => runSmoke(installation),
};

/** @param {Installation} installation */
export async function runSmoke(installation) {
  const where = ['--config', readableConfig(installation), '--url', await serviceUrl(installation)];
  return runProgram(installation, ['smoke', ...where]);
}
