import { capture, pause } from './child.js';
import { Failure, configStatus } from './failure.js';
import { ask } from './ask.js';
import { readLog } from './program.js';
import { isActive, journalOf, property, sc, serviceUrl, trySc } from './systemd.js';
import { warn } from './terminal.js';

/** Starts the units, and checks that the service comes up. */
/** @typedef {import('./installation.js').Installation} Installation */
/** @typedef {import('./steps.js').Steps} Steps */

/**
 * What /ready says: `ready`, or why not; all empty when there is no answer.
 * @typedef {{ reason: string, message: string }} Readiness
 */

/** What only the owner can change, and no further start. */
const ownersTurn = ['ready', 'not_logged_in', 'rate_limited'];
const waitSeconds = 60;
/** For so many seconds a CLI may not start, as while it is updated. */
const brokenSeconds = 8;

/**
 * @param {Installation} installation
 * @returns {Promise<Readiness>}
 */
export async function lookAtReadiness(installation) {
  const answer = await ask(await serviceUrl(installation), '/ready');
  const { status = '', reason = status, message = '' } = /** @type {Record<string, string>} */ (answer?.body ?? {});
  return { reason, message };
}

/**
 * Stops the socket first, since a request would start the service again.
 * @param {Installation} installation
 */
export async function stopUnits(installation) {
  await sc(installation, 'stop', installation.socket, installation.service);
}

/**
 * Undone last, after the files: starts what ran before.
 * @param {Installation} installation
 */
export async function restoreService(installation) {
  const { socket, service } = installation;
  await trySc(installation, 'stop', socket, service);
  await sc(installation, 'daemon-reload');
  await trySc(installation, 'reset-failed', socket, service);
  if (installation.isInstalled) await sc(installation, 'start', socket, service);
}

/**
 * @param {Installation} installation
 * @param {Steps} steps
 */
export async function enableUnits(installation, steps) {
  for (const unit of [installation.socket, installation.service]) {
    if (await trySc(installation, 'is-enabled', '--quiet', unit)) continue;
    steps.onFailure(() => trySc(installation, '--quiet', 'disable', unit));
    await sc(installation, '--quiet', 'enable', unit);
  }
}

/**
 * Starts what is not running, and restarts what has changed. A socket can only be changed while the service is stopped. Where
 * that fails, says why, as `requireService` does.
 * @param {Installation} installation
 * @param {{ isNew: boolean, changedUnits: ReadonlySet<string> }} change
 * @param {Steps} steps
 * @returns {Promise<number>} when it began, as a time
 */
export async function bringUp(installation, { isNew, changedUnits }, steps) {
  const { socket, service } = installation;
  const began = Date.now();
  // Undone first: systemd would go on starting a build that the other undo steps are removing.
  steps.onFailure(() => trySc(installation, 'stop', socket, service));
  await trySc(installation, 'reset-failed', socket, service);
  if (changedUnits.has(socket)) await stopUnits(installation);
  if (!(await isActive(installation, socket))) {
    await sc(installation, 'stop', service);
    await sc(installation, 'start', socket);
  }
  const verb = isNew && (await isActive(installation, service)) ? 'restart' : 'start';
  if (!(await trySc(installation, verb, service))) {
    await explainFailure(installation, began);
    throw new Failure('');
  }
  return began;
}

/**
 * Waits until the service would serve, or only needs its owner to act. Fails early where waiting does not help: it has
 * failed, ends again and again, or the CLI does not start for some seconds.
 * @param {Installation} installation
 * @returns {Promise<{ isUp: boolean, readiness: Readiness }>}
 */
async function waitForService(installation) {
  const restarts = await restartsOf(installation);
  let broken = 0;
  let readiness = await lookAtReadiness(installation);
  for (let second = 0; second < waitSeconds; second += 1) {
    if (ownersTurn.includes(readiness.reason)) return { isUp: true, readiness };
    broken = ['cli_missing', 'cli_failing'].includes(readiness.reason) ? broken + 1 : 0;
    const hasFailed = (await property(installation, 'ActiveState')) === 'failed';
    if (broken >= brokenSeconds || hasFailed || (await restartsOf(installation)) - restarts >= 2) break;
    await pause(1000);
    readiness = await lookAtReadiness(installation);
  }
  return { isUp: false, readiness };
}

/**
 * Waits until the service is up and stays so; says why where it does not.
 * @param {Installation} installation
 * @param {number} began when it was started, as a time
 * @returns {Promise<Readiness>}
 */
export async function requireService(installation, began) {
  const { isUp, readiness } = await waitForService(installation);
  if (isUp) {
    const restarts = await restartsOf(installation);
    await pause(1000);
    if ((await isActive(installation, installation.service)) && (await restartsOf(installation)) === restarts)
      return readiness;
  }
  await explainFailure(installation, began, readiness);
  throw new Failure('');
}

/** @param {Installation} installation */
async function restartsOf(installation) {
  return Number(await property(installation, 'NRestarts'));
}

/**
 * Only what this run has caused: the cause, then the log.
 * @param {Installation} installation
 * @param {number} began as a time
 * @param {Readiness} [readiness]
 */
export async function explainFailure(installation, began, readiness) {
  const options = ['--quiet', '--since', `@${Math.floor(began / 1000)}`, '--output', 'cat'];
  const { text } = await capture(journalOf(installation, installation.service, options));
  const log = await readLog(installation, text);
  const cause = readiness?.message || firstError(log) || (await howItEnded(installation));
  warn(`The service does not come up: ${cause}`);
  warn('The last lines of its log:');
  for (const line of log.trimEnd().split('\n').slice(-25)) warn(line.slice(0, 400));
}

/**
 * The first error in a log, with the line after it; empty where there is none.
 * @param {string} log
 */
export function firstError(log) {
  const lines = log.split('\n');
  const at = lines.findIndex((line) => /^[0-9-]+ [0-9:]+ error |^[A-Za-z]*Error\b|^The configuration has/.test(line));
  return at < 0 ? '' : lines.slice(at, at + 2).join('\n');
}

/**
 * How the main process of the service ended.
 * @param {Installation} installation
 */
export async function howItEnded(installation) {
  const result = await property(installation, 'Result');
  const status = Number(await property(installation, 'ExecMainStatus'));
  if (status === configStatus) return 'its configuration is wrong';
  if (result === 'success') return 'it gave no answer';
  if (result !== 'exit-code') return `it ended: ${result}`;
  if (status === 226) return 'a folder that it needs is missing (226/NAMESPACE)';
  if (status === 203) return `${installation.node} could not be started (203/EXEC)`;
  return `it ended with ${status}`;
}
