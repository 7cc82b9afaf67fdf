import { parseArgs } from 'node:util';
import { misused } from './failure.js';
import { quote } from './terminal.js';

/** @typedef {NonNullable<import('node:util').ParseArgsConfig['options']>} OptionTable */

/**
 * What a verb was called with.
 * @typedef {object} Arguments
 * @property {readonly string[]} given all of them, as they came
 * @property {boolean} isHelp
 * @property {string | undefined} name of the instance: `--name`, or else HARNESS_NAME
 * @property {boolean} isUserUnit
 * @property {Readonly<Record<string, string | boolean | undefined>>} values
 * @property {readonly string[]} rest what is no option; of a verb that hands its options on, these too
 */

const common = /** @type {const} */ ({
  help: { type: 'boolean', short: 'h' },
  name: { type: 'string' },
  'user-unit': { type: 'boolean' },
});

export const commonHelp = `
  --name NAME  the instance of that name, of several on this machine (also HARNESS_NAME; none: the default one)
  --user-unit  the installation of the calling user, which needs no root
`;

/**
 * Reads the arguments of a verb. Throws a `Failure` that names the wrong one.
 * @param {readonly string[]} given
 * @param {object} verb
 * @param {OptionTable | undefined} verb.options
 * @param {number | undefined} verb.operands how many words besides options it takes
 * @param {boolean | undefined} verb.handsOn whether all but the common options are for the program
 * @param {string | undefined} environmentName HARNESS_NAME
 * @returns {Arguments}
 */
export function readArguments(given, { options = {}, operands = 0, handsOn = false }, environmentName) {
  const [own, handedOn] = handsOn ? separateCommon(given) : [[...given], []];
  const { values, positionals } = parse(own, { ...options, ...common });
  for (const [option, value] of Object.entries(values)) {
    if (value === '') throw misused(`--${option} needs a value`);
  }
  const extra = positionals[operands];
  if (extra !== undefined) throw unknownOption(extra);
  const { help, name, 'user-unit': isUserUnit, ...others } = values;
  return {
    given,
    isHelp: help === true,
    name: typeof name === 'string' ? name : environmentName || undefined,
    isUserUnit: isUserUnit === true,
    values: /** @type {Record<string, string | boolean | undefined>} */ (others),
    rest: handsOn ? handedOn : positionals,
  };
}

/**
 * @param {string[]} args
 * @param {OptionTable} options
 */
function parse(args, options) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    const [, option = ''] = /'(?:-\w, )?([^' ]*)/.exec(message) ?? [];
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw unknownOption(option);
    if (code !== 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') throw error;
    throw misused(message.includes('does not take') ? `${option} takes no value` : `${option} needs a value`);
  }
}

/** @param {string} text */
function unknownOption(text) {
  return misused(`unknown option ${quote(text)}; --help lists the options`);
}

/**
 * The common options, and all else in its order.
 * @param {readonly string[]} given
 * @returns {[string[], string[]]}
 */
function separateCommon(given) {
  /** @type {string[]} */
  const own = [];
  /** @type {string[]} */
  const others = [];
  for (let at = 0; at < given.length; at += 1) {
    const text = given[at] ?? '';
    if (text === '--name') {
      own.push(text, ...given.slice(at + 1, at + 2));
      at += 1;
    } else if (['-h', '--help', '--user-unit'].includes(text) || text.startsWith('--name=')) own.push(text);
    else others.push(text);
  }
  return [own, others];
}
