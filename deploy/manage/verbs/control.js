import { stopAgents } from '../agents.js';
import { capture, pause } from '../child.js';
import { Failure, configStatus, notServingStatus } from '../failure.js';
import { checkConfiguration, readLog } from '../program.js';
import { enableUnits, explainFailure, lookAtReadiness, stopUnits } from '../running.js';
import { Steps } from '../steps.js';
import { isActive, journalOf, property, sc, serviceUrl, trySc } from '../systemd.js';
import { say } from '../terminal.js';

/** @typedef {import('../installation.js').Installation} Installation */
/** @typedef {import('../verb.js').Verb} Verb */

/** For a start of the first CLI process. */
const startSeconds = 30;
/** For the service to tell what it has read. */
const reloadTries = 50;
const reloadPauseMs = 200;

/** @type {Verb} */
export const start = {
  help: 'manage.sh start: starts the service, now and at every boot. Exits 3 if it would not serve, and says why.\n',
  needsInstallation: true,
  needsRoot: true,
  async run({ installation, caller }) {
    const { socket, service } = installation;
    await enableUnits(installation, new Steps());
    if ((await isActive(installation, socket)) && (await isActive(installation, service))) {
      return sayOutcome(installation, 'is already running');
    }
    await checkConfiguration(installation, caller.name, installation.current);
    await trySc(installation, 'reset-failed', socket, service);
    if (!(await isActive(installation, socket))) await sc(installation, 'start', socket);
    say('Starting …');
    await runOrExplain(installation, 'start');
    return sayOutcome(installation, 'is started');
  },
};

/** @type {Verb} */
export const stop = {
  help: 'manage.sh stop: lets running turns finish, then stops the service and its socket until the next start or boot.\n',
  needsInstallation: true,
  needsRoot: true,
  async run({ installation }) {
    if (!(await isActive(installation, installation.socket)) && (await property(installation, 'MainPID')) === '0') {
      say(`${installation.name} was not running.`);
      await stopUnits(installation);
      return;
    }
    say('Stopping: running turns finish …');
    await stopAgents(installation);
    await stopUnits(installation);
    say(`${installation.name} is stopped, until the next start or boot.`);
  },
};

/** @type {Verb} */
export const restart = {
  help: `manage.sh restart

Checks the configuration, then restarts the service. Running turns finish; new requests wait for the restart. With a
mistake in the configuration the running service is left alone. Exits 3 if it would not serve, and says why.
`,
  needsInstallation: true,
  needsRoot: true,
  async run({ installation, caller }) {
    const { socket, service } = installation;
    await checkConfiguration(installation, caller.name, installation.current);
    await trySc(installation, 'reset-failed', socket, service);
    if (!(await isActive(installation, socket))) await sc(installation, 'stop', service);
    say('Restarting: running turns finish, new requests wait …');
    await runOrExplain(installation, 'restart');
    return sayOutcome(installation, 'is restarted');
  },
};

/** @type {Verb} */
export const reload = {
  help: `manage.sh reload

Checks the configuration, then has the running service read it again, as \`systemctl reload\` does: it takes tokens, budgets,
models and limits at once, and says what of the rest waits for a restart. With a mistake in the configuration the running
service is left alone. Exits 3 if it would not serve, and says why.
`,
  needsInstallation: true,
  needsRoot: true,
  async run({ installation, caller }) {
    const { name, service } = installation;
    if (!(await isActive(installation, service))) {
      throw new Failure(
        `${name} does not run, and reads its configuration when it starts: ${installation.manageCommand('start')}`,
      );
    }
    await checkConfiguration(installation, caller.name, installation.current);
    const began = Date.now();
    await sc(installation, 'reload', service);
    await sayWhatWasRead(installation, began);
    return sayOutcome(installation, 'has read its configuration');
  },
};

/**
 * What the service says of the configuration that it has read since then, without the times.
 * @param {Installation} installation
 * @param {number} began as a time
 */
async function sayWhatWasRead(installation, began) {
  const options = ['--quiet', '--since', `@${(began / 1000).toFixed(3)}`, '--output', 'cat'];
  const command = journalOf(installation, installation.service, options);
  for (let tries = 0; tries < reloadTries; tries += 1) {
    const log = await readLog(installation, (await capture(command)).text);
    const line = log.split('\n').find((each) => each.includes(' the configuration was '));
    if (line !== undefined) {
      say(line.replace(/^[0-9-]+ [0-9:]+ [a-z]+ +/, ''));
      return;
    }
    await pause(reloadPauseMs);
  }
  say(`The service has not told yet what it has read: ${installation.manageCommand('logs')}`);
}

/**
 * @param {Installation} installation
 * @param {'start' | 'restart'} verb
 */
async function runOrExplain(installation, verb) {
  const { service, agentsSocket, hasAgents } = installation;
  const began = Date.now();
  await stopAgents(installation);
  if (await trySc(installation, verb, service)) {
    if (hasAgents) await sc(installation, 'start', agentsSocket);
    return;
  }
  await explainFailure(installation, began);
  const status = Number(await property(installation, 'ExecMainStatus'));
  throw new Failure('', status === configStatus ? configStatus : 1);
}

/**
 * Says what has happened, and whether the service would serve now.
 * @param {Installation} installation
 * @param {string} what
 */
async function sayOutcome(installation, what) {
  const { name } = installation;
  let { reason, message } = await lookAtReadiness(installation);
  for (let second = 0; second < startSeconds && ['', 'starting'].includes(reason); second += 1) {
    await pause(1000);
    ({ reason, message } = await lookAtReadiness(installation));
  }
  if (reason !== 'ready') {
    throw new Failure(`${name} ${what}, but would not serve: ${message || 'it gives no answer'}`, notServingStatus);
  }
  say(`${name} ${what} and serves at ${await serviceUrl(installation)}/v1`);
}
