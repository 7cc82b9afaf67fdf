import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureAsUnit } from './as-user.js';
import { must } from './child.js';
import { readFileIfThere } from './installation.js';
import { sc } from './systemd.js';

/** @typedef {import('./installation.js').Installation} Installation */
/** @typedef {import('./installation.js').Caller} Caller */
/** @typedef {import('./steps.js').Steps} Steps */

/**
 * Updates the installed units to those of the current release. Gives the names of those that have changed.
 * @param {Installation} installation
 * @param {Caller} caller
 * @param {Steps} steps
 * @returns {Promise<ReadonlySet<string>>}
 */
export async function applyUnits(installation, caller, steps) {
  const { socket, service, agentsSocket, agentsService, unitFolder } = installation;
  const rendered = mkdtempSync(join(tmpdir(), 'claude-harness-units-'));
  /** @type {Set<string>} */
  const changed = new Set();
  try {
    await renderInto(rendered, installation, caller);
    mkdirSync(unitFolder, { recursive: true });
    for (const unit of [socket, service, agentsSocket, agentsService]) {
      if (await applyUnit(installation, unit, readFileIfThere(join(rendered, unit)), steps)) changed.add(unit);
    }
  } finally {
    rmSync(rendered, { recursive: true });
  }
  if (changed.size > 0) await sc(installation, 'daemon-reload');
  return changed;
}

/**
 * Tells whether the unit has changed. One without a text is not wanted any more.
 * @param {Installation} installation
 * @param {string} unit
 * @param {string} text
 * @param {Steps} steps
 */
async function applyUnit(installation, unit, text, steps) {
  const file = join(installation.unitFolder, unit);
  const before = readFileIfThere(file);
  if (before === text) return false;
  steps.onFailure(() => {
    if (before === '') rmSync(file, { force: true });
    else writeFileSync(file, before, { mode: 0o644 });
  });
  if (text === '') {
    await sc(installation, '--quiet', 'disable', '--now', unit);
    rmSync(file);
  } else writeFileSync(file, text, { mode: 0o644 });
  return true;
}

/**
 * Each release renders its own, from the settings of the installation.
 * @param {string} folder
 * @param {Installation} installation
 * @param {Caller} caller
 */
async function renderInto(folder, installation, caller) {
  const { scope, instance, prefix, user, home, node, claude, listen, configFolder, current } = installation;
  const env = {
    SCOPE: scope,
    INSTANCE: instance,
    PREFIX: prefix,
    USER_NAME: user,
    HOME_FOLDER: home,
    LOGIN_FOLDER: installation.loginFolder,
    STATE_FOLDER: installation.stateFolder,
    AGENTS_STATE_FOLDER: installation.agentsStateFolder,
    NODE: node,
    CLAUDE: claude,
    LISTEN: listen,
    // The unit names the credential only while it exists, since systemd does not start a service whose credential is missing.
    LOGIN: existsSync(installation.tokenFile) ? 'token' : '',
    CONFIG_FOLDER: configFolder,
    SOURCE: packageSource() || installation.source,
    ROUTER: installation.router,
    AGENTS_SOCKET: installation.agentsSocketPath,
    AGENT_MOUNTS: await agentMounts(installation, caller),
  };
  await must([join(current, 'deploy/render-units.sh'), folder], { env });
}

/** What the package was got from whose own script this is; empty for a checkout. */
export function packageSource() {
  return process.env['HARNESS_PACKAGE_SOURCE'] ?? '';
}

/**
 * The agents' unit's lines for their folders; empty where there are no agents. A mistake in the configuration was told before;
 * a build that is too old to know agents has none, and one that does not start shows that when it is started.
 * @param {Installation} installation
 * @param {Caller} caller
 */
async function agentMounts(installation, caller) {
  const { configFile, node, current } = installation;
  if (!existsSync(configFile)) return '';
  const command = [node, join(current, 'dist/main.js'), 'config', 'agent-mounts', '--config', configFile];
  const { status, text } = await captureAsUnit(installation, caller.name, command, { stderr: 'hide' });
  return status === 0 ? text.trimEnd() : '';
}
