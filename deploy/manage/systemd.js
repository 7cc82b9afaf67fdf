import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { capture, must } from './child.js';
import { Failure } from './failure.js';

/** @typedef {import('./installation.js').Installation} Installation */

/**
 * @param {Pick<Installation, 'scope'>} installation
 * @param {...string} args
 */
function systemctl({ scope }, ...args) {
  return scope === 'user' ? ['systemctl', '--user', ...args] : ['systemctl', ...args];
}

/**
 * Has systemd do something; throws where that fails.
 * @param {Installation} installation
 * @param {...string} args
 */
export async function sc(installation, ...args) {
  await must(systemctl(installation, ...args));
}

/**
 * The same, of what may fail; tells whether it was done.
 * @param {Installation} installation
 * @param {...string} args
 */
export async function trySc(installation, ...args) {
  return (await capture(systemctl(installation, ...args), { stderr: 'hide' })).status === 0;
}

/**
 * @param {Installation} installation
 * @param {string} unit
 */
export function isActive(installation, unit) {
  return trySc(installation, 'is-active', '--quiet', unit);
}

/**
 * A property as `systemctl show` prints it.
 * @param {Installation} installation
 * @param {string} name
 * @param {string} [unit] that of the service by default
 */
export async function property(installation, name, unit = installation.service) {
  const { text } = await capture(systemctl(installation, 'show', `--property=${name}`, '--value', unit));
  return text.replace(/\n$/, '');
}

/**
 * The command that shows the journal of a unit.
 * @param {Installation} installation
 * @param {string} unit
 * @param {readonly string[]} args
 */
export function journalOf({ scope }, unit, args) {
  return ['journalctl', scope === 'user' ? '--user-unit' : '--unit', unit, '--no-pager', ...args];
}

/** @param {Installation} installation */
export async function needSystemd({ scope }) {
  if (!existsSync('/run/systemd/system')) {
    throw new Failure('this machine does not run systemd; start dist/main.js with its own service manager');
  }
  if (
    scope === 'system' ||
    (await capture(['systemctl', '--user', 'show-environment'], { stderr: 'hide' })).status === 0
  )
    return;
  const { text } = await capture(['id', '-un']);
  const user = text.trim();
  throw new Failure(
    `the systemd of user ${user} does not answer; log in as that user (not through su), or ask root for: loginctl enable-linger ${user}`,
  );
}

/**
 * Where this machine reaches the service: of the addresses that systemd listens on, including changes by `systemctl edit`, one
 * of loopback, else any port, else a Unix socket.
 * @param {Installation} installation
 * @returns {Promise<string>} `http://…` or `unix:/…`
 */
export async function serviceUrl(installation) {
  const url = urlToAsk(await property(installation, 'Listen', installation.socket));
  if (url === undefined) throw new Failure(`${installation.socket} does not listen on any address`);
  return url;
}

/**
 * @param {string} listening systemd's `Listen`: `127.0.0.1:8013 (Stream)`, one a line
 */
export function urlToAsk(listening) {
  const addresses = listening
    .split('\n')
    .flatMap((line) => (/ \(Stream\)$/.test(line) ? [line.replace(/ \(Stream\)$/, '')] : []))
    .map((address) => address.replace(/^0\.0\.0\.0:/, '127.0.0.1:').replace(/^\[::\]:/, '[::1]:'));
  const address =
    addresses.find((one) => /^(127\.|\[::1\])/.test(one)) ??
    addresses.find((one) => !one.startsWith('/')) ??
    addresses[0];
  return address?.startsWith('/') ? `unix:${address}` : address && `http://${address}`;
}

/**
 * Whether the caller may read the journal: users see their own units; those of the machine are in the system's journal.
 * @param {Installation} installation
 * @param {boolean} isRoot
 */
export function canReadJournal({ scope }, isRoot) {
  if (scope === 'user' || isRoot) return true;
  return ['/var/log/journal', '/run/log/journal'].some(
    (folder) =>
      existsSync(folder) && readdirSync(folder).some((name) => isReadable(join(folder, name, 'system.journal'))),
  );
}

/** @param {string} file */
export function isReadable(file) {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
