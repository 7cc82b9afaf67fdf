import { chmodSync, lstatSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createFolder } from './folders.js';
import { readFileIfThere } from './installation.js';
import { serviceUrl } from './systemd.js';
import { say } from './terminal.js';

/** @typedef {import('./installation.js').Installation} Installation */
/** @typedef {import('./steps.js').Steps} Steps */

const mark = '# Written by manage.sh of claude-harness, whose uninstall removes it.';

/**
 * The command `claude-harness` for the shell: runs the installed program, and knows where the service is. The configuration
 * may hold keys, so that not everybody can read it; what needs none works without.
 * @param {Installation} installation
 * @param {string} url
 */
function renderCommand(installation, url) {
  const { instance, configFile, node, current } = installation;
  // For `service VERB`; the default one can tell about all.
  const nameLine = instance === '' ? '' : `export HARNESS_NAME="\${HARNESS_NAME-${instance}}"`;
  return `#!/bin/sh
${mark}
${nameLine}
export HARNESS_URL="\${HARNESS_URL-${url}}"
export CLAUDE_HARNESS_CLAUDE__LOGIN_HINT="\${CLAUDE_HARNESS_CLAUDE__LOGIN_HINT-${installation.manageCommand('login')}}"
if [ -r ${configFile} ]; then file=${configFile}; else file=/dev/null; fi
export CLAUDE_HARNESS_CONFIG="\${CLAUDE_HARNESS_CONFIG-$file}"
exec ${node} ${current}/dist/main.js "$@"
`;
}

/**
 * @param {Installation} installation
 * @param {Steps} steps
 */
export async function applyCommand(installation, steps) {
  const { commandFile, current } = installation;
  if (!isOurs(commandFile)) {
    say(`  ${commandFile} is not of this installation, and stays as it is; the program is ${current}/dist/main.js`);
    return;
  }
  const text = renderCommand(installation, await serviceUrl(installation));
  const before = readFileIfThere(commandFile);
  if (text === before) return;
  createFolder(dirname(commandFile), steps);
  steps.onFailure(() => {
    if (before === '') rmSync(commandFile, { force: true });
    else put(commandFile, before);
  });
  put(commandFile, text);
}

/** @param {Installation} installation */
export function removeCommand({ commandFile }) {
  if (isOurs(commandFile)) rmSync(commandFile, { force: true });
}

/**
 * Whether there is no such file, or one of ours: a file of somebody else is never touched.
 * @param {string} file
 */
function isOurs(file) {
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return true;
  return readFileIfThere(file).split('\n').includes(mark);
}

/**
 * @param {string} file
 * @param {string} text
 */
function put(file, text) {
  writeFileSync(file, text);
  chmodSync(file, 0o755);
}
