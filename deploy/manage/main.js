// What manage.sh runs: installs claude-harness under systemd, and manages it. It needs nothing but Node, neither packages nor
// a build, since it makes them.
import { installationOf, thisCaller } from './caller.js';
import { catchSignals } from './child.js';
import { Failure, messageOf, misused } from './failure.js';
import { instanceOf } from './installation.js';
import { commonHelp, readArguments } from './options.js';
import { describeVersion } from './package-version.js';
import { ownFolder } from './program.js';
import { quote, say, warn } from './terminal.js';
import { needRoot } from './verb.js';
import { nearestVerb, usage, verbs } from './verbs.js';

/**
 * @param {readonly string[]} given
 * @returns {Promise<number>} the exit status
 */
async function main([name = '--help', ...given]) {
  if (['-h', '--help', 'help'].includes(name)) {
    process.stdout.write(usage);
    return 0;
  }
  if (['-V', '--version', 'version'].includes(name)) {
    say(describeVersion(ownFolder));
    return 0;
  }
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (verb === undefined) {
    throw misused(`unknown verb ${quote(name)}; did you mean ${nearestVerb(name)}? ./manage.sh --help lists them`);
  }
  const { options, operands, handsOn } = verb;
  const args = readArguments(given, { options, operands, handsOn }, process.env['HARNESS_NAME']);
  if (args.isHelp) {
    process.stdout.write(verb.help + commonHelp);
    return 0;
  }
  return (await runVerb(name, verb, args)) ?? 0;
}

/**
 * @param {string} name
 * @param {import('./verb.js').Verb} verb
 * @param {import('./options.js').Arguments} args
 */
async function runVerb(name, verb, args) {
  // For the scripts of other releases that go on from here.
  if (args.name !== undefined) process.env['HARNESS_NAME'] = args.name;
  const caller = thisCaller();
  // By which systemctl finds a user's manager, also without a session.
  if (!caller.isRoot) process.env['XDG_RUNTIME_DIR'] = caller.runtimeDir;
  const installation = installationOf(caller, args, args.name === undefined ? '' : instanceOf(args.name));
  const call = { args, caller, installation };
  if (verb.needsInstallation === true) installation.load();
  if (verb.needsRoot === true) needRoot(call, name);
  return verb.run(call);
}

catchSignals();
// A reader that has seen enough is no failure.
process.stdout.on('error', () => process.exit());
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isExpected = error instanceof Failure;
  if (messageOf(error) !== '') warn(`manage.sh: ${isExpected ? error.message : describeUnexpected(error)}`);
  process.exitCode = isExpected ? error.status : 1;
}

/**
 * A fault of a file or a program names itself; of this script, it needs to be found.
 * @param {unknown} error
 */
function describeUnexpected(error) {
  const { code, message, stack } = /** @type {NodeJS.ErrnoException} */ (error);
  return code === undefined ? (stack ?? message) : message;
}
