// Called by deploy/render-units.sh: writes the units into a folder, from its variables.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderUnits } from './render-units.js';

const [, , folder = ''] = process.argv;
const get = (/** @type {string} */ name, /** @type {string} */ otherwise = '') => process.env[name] || otherwise;

const home = get('HOME_FOLDER');
const units = renderUnits(fileURLToPath(new URL('../systemd', import.meta.url)), {
  SCOPE: get('SCOPE'),
  PREFIX: get('PREFIX'),
  USER_NAME: get('USER_NAME'),
  HOME_FOLDER: home,
  NODE: get('NODE'),
  CLAUDE: get('CLAUDE'),
  LISTEN: get('LISTEN'),
  LOGIN: get('LOGIN'),
  CONFIG_FOLDER: get('CONFIG_FOLDER'),
  SOURCE: get('SOURCE'),
  ROUTER: get('ROUTER'),
  AGENTS_SOCKET: get('AGENTS_SOCKET'),
  AGENT_MOUNTS: get('AGENT_MOUNTS'),
  // A script from before instances knows one alone.
  INSTANCE: get('INSTANCE'),
  LOGIN_FOLDER: get('LOGIN_FOLDER', `${home}/.claude`),
  STATE_FOLDER: get('STATE_FOLDER', '/var/lib/claude-harness'),
  AGENTS_STATE_FOLDER: get('AGENTS_STATE_FOLDER', '/var/lib/claude-harness-agents'),
});
for (const [name, text] of units) writeFileSync(join(folder, name), text);
