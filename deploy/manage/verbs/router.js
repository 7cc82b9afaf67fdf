import { misused } from '../failure.js';
import { readableConfig, runProgram } from '../program.js';
import { serviceUrl } from '../systemd.js';

/** @typedef {import('../installation.js').Installation} Installation */
/** @typedef {import('../options.js').Arguments} Arguments */
/** @typedef {import('../verb.js').Verb} Verb */

/** @type {Verb} */
export const register = {
  help: `manage.sh register FILE [OPTION]...

Adds the service to a router's file, as \`claude-harness register\` does and with its options (--format, --models,
--priority, --disable, --url, --dry-run). Exits 2 with the entry to paste if the file cannot be changed.

  --provider NAME  the name of the entry (default: claude-harness; of an instance with a name claude-harness-NAME)
`,
  handsOn: true,
  async run({ args, installation }) {
    const [file, options] = routerArguments(args, 'register');
    return registerWith(installation.load(), file, options);
  },
};

/** @type {Verb} */
export const unregister = {
  help: `manage.sh unregister FILE [--format NAME] [--provider NAME] [--dry-run]

Removes the service from a router's file, and switches on what register switched off.
`,
  handsOn: true,
  async run({ args, installation }) {
    const [file, options] = routerArguments(args, 'unregister');
    return unregisterFrom(installation.load(), file, options);
  },
};

/**
 * The router's file, and the options for the program, which calls the name of an entry `--name`, an instance's here.
 * @param {Arguments} args
 * @param {string} verb
 * @returns {[string, string[]]}
 */
function routerArguments({ rest: [file = '-', ...options] }, verb) {
  if (file.startsWith('-')) throw misused(`the router's file is missing: manage.sh ${verb} FILE`);
  return [file, options.map((option) => option.replace(/^--provider(?==|$)/, '--name'))];
}

/**
 * Gives the status of the program. What is given besides comes later, and wins.
 * @param {Installation} installation
 * @param {string} file
 * @param {readonly string[]} options
 */
export async function registerWith(installation, file, options) {
  const where = ['--config', readableConfig(installation), '--url', await serviceUrl(installation)];
  return runProgram(installation, ['register', ...where, '--name', entryOf(installation), '--file', file, ...options]);
}

/**
 * @param {Installation} installation
 * @param {string} file
 * @param {readonly string[]} options
 */
export async function unregisterFrom(installation, file, options) {
  return runProgram(installation, ['unregister', '--name', entryOf(installation), '--file', file, ...options]);
}

/**
 * Each instance has an entry of its own.
 * @param {Installation} installation
 */
function entryOf({ instance }) {
  return `claude-harness${instance === '' ? '' : `-${instance}`}`;
}
