import { ask } from './ask.js';
import { capture } from './child.js';
import { Failure } from './failure.js';
import { journalOf, sc, trySc } from './systemd.js';
import { warn } from './terminal.js';

/** The agents' own units: there when the configuration has agents, and taken away when it has none. */
/** @typedef {import('./installation.js').Installation} Installation */
/** @typedef {import('./steps.js').Steps} Steps */

const startMs = 60_000;

/**
 * Starts them anew, since what runs is of the release and the configuration before; their service too, though the first request
 * would, since a folder that can't be bound shows then.
 * @param {Installation} installation
 * @param {ReadonlySet<string>} changedUnits
 * @param {Steps} steps
 */
export async function startAgents(installation, changedUnits, steps) {
  const { agentsSocket, agentsService } = installation;
  const began = Date.now();
  await trySc(installation, 'reset-failed', agentsSocket, agentsService);
  steps.onFailure(() => sc(installation, 'stop', agentsSocket, agentsService));
  if (changedUnits.has(agentsSocket)) await sc(installation, 'stop', agentsSocket, agentsService);
  if (!(await trySc(installation, 'is-enabled', '--quiet', agentsSocket))) {
    steps.onFailure(() => sc(installation, '--quiet', 'disable', agentsSocket));
    await sc(installation, '--quiet', 'enable', agentsSocket);
  }
  await sc(installation, 'stop', agentsService);
  await sc(installation, 'start', agentsSocket);
  await requireAgents(installation, began);
}

/**
 * Asks them for a sign of life, which starts them.
 * @param {Installation} installation
 * @param {number} began
 */
async function requireAgents(installation, began) {
  const answer = await ask(`unix:${installation.agentsSocketPath}`, '/health', startMs);
  if (answer?.status === 200) return;
  warn("The agents' service does not come up. The last lines of its log:");
  const options = ['--quiet', '--since', `@${Math.floor(began / 1000)}`, '--output', 'cat', '--lines', '25'];
  const { text } = await capture(journalOf(installation, installation.agentsService, options));
  for (const line of text.trimEnd().split('\n')) warn(line.slice(0, 400));
  throw new Failure('');
}

/** @param {Installation} installation */
export async function stopAgents(installation) {
  const { hasAgents, agentsSocket, agentsService } = installation;
  if (hasAgents) await sc(installation, 'stop', agentsSocket, agentsService);
}
