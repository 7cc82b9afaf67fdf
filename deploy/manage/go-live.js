import { join } from 'node:path';
import { startAgents } from './agents.js';
import { capture } from './child.js';
import { applyCommand } from './command-file.js';
import { checkConfiguration } from './program.js';
import { switchCurrent } from './release.js';
import { bringUp, enableUnits, requireService, restoreService } from './running.js';
import { say } from './terminal.js';
import { applyUnits } from './units.js';

/** @typedef {import('./installation.js').Installation} Installation */
/** @typedef {import('./installation.js').Caller} Caller */
/** @typedef {import('./running.js').Readiness} Readiness */
/** @typedef {import('./steps.js').Steps} Steps */

/**
 * Has a release that is in its place run, and waits until it serves. Call it within `Steps.allOrNone`.
 * @param {Installation} installation
 * @param {string} release its name; empty in a dry run
 * @param {Caller} caller
 * @param {Steps} steps
 * @returns {Promise<Readiness>} empty in a dry run
 */
export async function goLive(installation, release, caller, steps) {
  const { prefix, unitFolder, socket, service, listen, isInstalled } = installation;
  let isNew = false;
  /** @type {ReadonlySet<string>} */
  let changedUnits = new Set();
  let began = 0;
  /** @type {Readiness} */
  let readiness = { reason: '', message: '' };
  await steps.step('check the configuration', () =>
    checkConfiguration(installation, caller.name, join(prefix, 'releases', release)),
  );
  steps.onFailure(() => restoreService(installation));
  await steps.step(`link ${prefix}/current to ${release || 'the build'}`, () => {
    isNew = switchCurrent(installation, release, steps);
  });
  await steps.step(`write ${unitFolder}/${socket} (${listen}) and ${service}`, async () => {
    changedUnits = await applyUnits(installation, caller, steps);
  });
  await steps.step(`write ${installation.commandFile}`, () => applyCommand(installation, steps));
  if (installation.scope === 'user') {
    await steps.step(`let the units of ${installation.user} run without a session (linger)`, () =>
      enableLinger(installation),
    );
  }
  await steps.step(
    isInstalled ? 'restart: running turns finish, new requests wait' : 'start both now and at every boot',
    async () => {
      await enableUnits(installation, steps);
      began = await bringUp(installation, { isNew: isNew || changedUnits.has(service), changedUnits }, steps);
    },
  );
  await steps.step('wait until it serves', async () => {
    readiness = await requireService(installation, began);
  });
  if (installation.hasAgents)
    await steps.step('start the agents', () => startAgents(installation, changedUnits, steps));
  return readiness;
}

/** @param {Installation} installation */
async function enableLinger({ user }) {
  const show = ['loginctl', 'show-user', user, '--property=Linger', '--value'];
  if ((await capture(show, { stderr: 'hide' })).text.trim() === 'yes') return;
  if ((await capture(['loginctl', 'enable-linger'], { stderr: 'hide' })).status === 0) return;
  say(`  not permitted here: the service ends with your last session, until root runs: loginctl enable-linger ${user}`);
}
