import { existsSync, lstatSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stopAgents } from '../agents.js';
import { removeCommand } from '../command-file.js';
import { Failure } from '../failure.js';
import { removeIfEmpty } from '../folders.js';
import { stopUnits } from '../running.js';
import { Steps } from '../steps.js';
import { sc, trySc } from '../systemd.js';
import { say } from '../terminal.js';
import { unregisterFrom } from './router.js';

/** @typedef {import('../installation.js').Installation} Installation */
/** @typedef {import('../verb.js').Verb} Verb */

/** @type {Verb} */
export const uninstall = {
  help: `manage.sh uninstall [--purge]

Stops the service and removes its units and program. The configuration, a stored token and the state are kept for
another installation. The login of the claude CLI (~/.claude; of an instance with a
name ~/.claude-harness-instances/NAME) belongs to the CLI and is always kept. Other instances go on.

  --purge      also remove the configuration, a stored token and the state
  -n, --dry-run
               show every step without changing anything
`,
  options: { purge: { type: 'boolean' }, 'dry-run': { type: 'boolean', short: 'n' } },
  needsRoot: true,
  async run({ args, installation }) {
    const isPurged = args.values['purge'] === true;
    const steps = new Steps({ isDryRun: args.values['dry-run'] === true });
    const { configFolder, stateRoot, stateFolder, agentsStateFolder } = installation;
    if (installation.isInstalled) await removeInstallation(installation.load(), isPurged, steps);
    else say('Nothing is installed.');
    if (isPurged) {
      await steps.step(`remove ${configFolder} and ${stateFolder}`, () => {
        for (const folder of [configFolder, stateRoot, agentsStateFolder])
          rmSync(folder, { recursive: true, force: true });
      });
    }
    if (steps.isDryRun) say('Nothing was changed.');
    else removeSharedFolders(installation);
  },
};

/**
 * @param {Installation} installation
 * @param {boolean} isPurged
 * @param {Steps} steps
 */
async function removeInstallation(installation, isPurged, steps) {
  const { prefix, router, unitFolder, socket, service, commandFile } = installation;
  // A folder that is removed as a whole must be one that install has created.
  if (!isLink(join(prefix, 'current')) || !existsSync(join(prefix, 'releases'))) {
    throw new Failure(`${prefix} does not look like an installation of claude-harness; remove it by hand`);
  }
  if (router !== '' && existsSync(router)) {
    await steps.step(`remove the service from ${router}`, async () => {
      const status = await unregisterFrom(installation, router, []);
      if (status !== 0) throw new Failure('', status);
    });
  }
  await steps.step('stop the service, and disable it at boot', () => disable(installation));
  await steps.step(`remove ${unitFolder}/${socket} and ${service}`, () => removeUnits(installation, isPurged));
  await steps.step(`remove ${commandFile}`, () => {
    removeCommand(installation);
  });
  await steps.step(`remove ${prefix}`, () => {
    for (const name of ['releases', 'current', 'previous'])
      rmSync(join(prefix, name), { recursive: true, force: true });
    removeIfEmpty(prefix);
  });
}

/** @param {Installation} installation */
async function disable(installation) {
  const { socket, service } = installation;
  await sc(installation, '--quiet', 'disable', socket, service);
  await stopAgents(installation);
  await stopUnits(installation);
  await trySc(installation, 'reset-failed', socket, service);
}

/**
 * @param {Installation} installation
 * @param {boolean} isPurged
 */
async function removeUnits(installation, isPurged) {
  const { unitFolder, socket, service, agentsSocket, agentsService, hasAgents } = installation;
  if (hasAgents) await sc(installation, '--quiet', 'disable', agentsSocket);
  for (const unit of [socket, service, agentsSocket, agentsService]) {
    rmSync(join(unitFolder, unit), { force: true });
    // Files created by `systemctl edit` are configuration.
    if (isPurged) rmSync(join(unitFolder, `${unit}.d`), { recursive: true, force: true });
  }
  await sc(installation, 'daemon-reload');
}

/**
 * What instances with names have in common goes with the last of them; units of agents make these folders as well.
 * @param {Installation} installation
 */
function removeSharedFolders({ prefix, configFolder, stateRoot }) {
  for (const folder of [prefix, configFolder, stateRoot]) {
    const [, above] = /^(.*)\/claude-harness(?:-instances\/[^/]+)?$/.exec(folder) ?? [];
    if (above !== undefined) removeIfEmpty(`${above}/claude-harness-instances`);
  }
}

/** @param {string} path */
function isLink(path) {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
