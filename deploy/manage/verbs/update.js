import { chmodSync, existsSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { asOwner, runAsOwner } from '../as-user.js';
import { allInstances } from '../caller.js';
import { capture, run } from '../child.js';
import { Failure, misused } from '../failure.js';
import { goLive } from '../go-live.js';
import { Installation, instanceOf } from '../installation.js';
import { ownFolder, ownProgram } from '../program.js';
import { checkPrerequisites } from '../prerequisites.js';
import { build, checkSource, linked, makeRelease, removeOldReleases } from '../release.js';
import { Steps } from '../steps.js';
import { say } from '../terminal.js';
import { packageSource } from '../units.js';
import { needRoot } from '../verb.js';

/** @typedef {import('../installation.js').Caller} Caller */
/** @typedef {import('../verb.js').Call} Call */
/** @typedef {import('../verb.js').Verb} Verb */

/** @type {Verb} */
export const update = {
  help: `manage.sh update [FOLDER] [--pull]
manage.sh update --from FILE.tgz|URL|npm[@VERSION] [--sha256 HEX]
manage.sh update --all [OPTION]...

Builds FOLDER (default: what the service was installed from), or gets a package, beside the running build, switches to
it, and restarts; no request is refused meanwhile. The new build checks the configuration first. If it does not come up,
the previous one is restored. Otherwise the previous one is kept for rollback.

  --pull       update the checkout first (git pull --ff-only); after a failure it is put back to its commit
  --from PACKAGE
               a package made by \`npm pack\`: a file, its address, or npm, where the newest or that version is taken
  --sha256 HEX the checksum of the file; without it, that in FILE.sha256 beside it, which \`sha256sum\` makes
  --all        all instances of this machine, one after the other; one that fails keeps no other from it
  -n, --dry-run
               show every step without changing anything
`,
  options: {
    pull: { type: 'boolean' },
    all: { type: 'boolean' },
    from: { type: 'string' },
    sha256: { type: 'string' },
    'dry-run': { type: 'boolean', short: 'n' },
  },
  operands: 1,
  async run(call) {
    const [folder] = call.args.rest;
    const { from, sha256, pull, all } =
      /** @type {{ from?: string, sha256?: string, pull?: boolean, all?: boolean }} */ (call.args.values);
    if (sha256 !== undefined && from === undefined) throw misused('--sha256 is for --from');
    if (from !== undefined && (pull === true || folder !== undefined)) {
      throw misused('--from takes a package, without a folder and --pull');
    }
    if (all === true) {
      const { scope, names } = allInstances(call.caller, call.args);
      // That by whose program something is done for all.
      const first = new Installation(scope, instanceOf(names[0] ?? 'default'), call.caller).load();
      const forAll = { ...call, installation: first };
      needRoot(forAll, 'update');
      if (from !== undefined) return updateFromPackage(forAll, from, sha256, names);
      const rest = [...(pull === true ? ['--pull'] : []), ...(folder === undefined ? [] : [folder])];
      return updateAll(join(ownFolder, 'manage.sh'), names, [...keptOptions(forAll), ...rest]);
    }
    call.installation.load();
    needRoot(call, 'update');
    const source = from ?? sourceOf(call, folder);
    if (from !== undefined || /^npm(@|$)/.test(source)) return updateFromPackage(call, source, sha256);
    return updateFromFolder(call, source, pull === true);
  },
};

/**
 * What holds for each instance, and for the scripts of other releases that go on from here.
 * @param {Call} call
 */
function keptOptions({ args, installation }) {
  return [
    ...(args.values['dry-run'] === true ? ['--dry-run'] : []),
    ...(installation.scope === 'user' ? ['--user-unit'] : []),
  ];
}

/**
 * A folder, or `npm`: what was asked for, else what the installation came from.
 * @param {Call} call
 * @param {string | undefined} folder
 */
function sourceOf({ installation: { name, source } }, folder) {
  const asked = folder ?? source;
  if (/^npm(@|$)/.test(asked)) return 'npm';
  // A file or an address has no newer content, and another one has another checksum.
  if (folder === undefined && !(asked.startsWith('/') && statSync(asked, { throwIfNoEntry: false })?.isDirectory())) {
    throw new Failure(`${name} was installed from ${source}; pass --from with a newer package, or a FOLDER`);
  }
  return existsSync(asked) ? realpathSync(asked) : resolve(asked);
}

/**
 * Has a script update each instance, one after the other.
 * @param {string} script
 * @param {readonly string[]} names
 * @param {readonly string[]} options
 * @param {Readonly<Record<string, string>>} [env]
 */
export async function updateAll(script, names, options, env = {}) {
  let status = 0;
  for (const name of names) {
    say(`== ${name}`);
    const ended = await run([script, 'update', '--name', name, ...options], { env: { ...env, HARNESS_NAME: name } });
    if (ended !== 0) status = 1;
  }
  return status;
}

/**
 * The package's own script installs it.
 * @param {Call} call
 * @param {string} from
 * @param {string | undefined} sha256
 * @param {readonly string[]} [all] the names, where all instances are meant
 */
async function updateFromPackage(call, from, sha256, all) {
  const { installation } = call;
  const steps = new Steps({ isDryRun: call.args.values['dry-run'] === true });
  const source = /^(npm(@|$)|https?:)/.test(from) ? from : resolve(from);
  const text = `get ${source}, verify and unpack it`;
  if (steps.isDryRun) {
    await steps.step(text, () => {});
    say('- switch to it, as update FOLDER does');
    say('Nothing was changed.');
    return 0;
  }
  const staging = mkdtempSync(join(tmpdir(), 'claude-harness-package-'));
  try {
    // The user of the service runs what is in it.
    chmodSync(staging, 0o755);
    await steps.step(text, () => stagePackage(installation, source, staging, sha256));
    const folder = join(staging, 'lib/node_modules/claude-harness');
    const script = join(folder, 'manage.sh');
    // Without what may be secret of an address, since everybody can read units.
    const env = { HARNESS_PACKAGE_SOURCE: source.replace(/\?.*/s, '') };
    if (all !== undefined) return await updateAll(script, all, [...keptOptions(call), folder], env);
    return await run([script, 'update', ...keptOptions(call), ...nameOf(call), folder], { env });
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** @param {Call} call */
function nameOf({ installation: { instance } }) {
  return instance === '' ? [] : ['--name', instance];
}

/**
 * @param {Installation} installation
 * @param {string} source
 * @param {string} into
 * @param {string | undefined} sha256
 */
async function stagePackage(installation, source, into, sha256) {
  const checksum = sha256 === undefined ? [] : ['--sha256', sha256];
  const command = ownProgram(installation, ['stage-package', source, '--into', into, ...checksum]);
  const status = await run(command, { env: { PATH: `${dirname(installation.node)}:${process.env['PATH']}` } });
  // It has said why.
  if (status !== 0) throw new Failure('', status);
}

/**
 * @param {Call} call
 * @param {string} source
 * @param {boolean} isPulled
 */
async function updateFromFolder(call, source, isPulled) {
  const { installation, caller } = call;
  installation.source = source;
  checkSource(source);
  say(`Updating ${linked(installation, 'current')} from ${packageSource() || source}`);
  const steps = new Steps({ isDryRun: call.args.values['dry-run'] === true });
  const text = `git pull in ${source}`;
  if (isPulled && !steps.isDryRun) return pullAndUpdate(call, steps, text);
  if (isPulled) await steps.step(text, () => {});
  // Each release is installed by its own script, which knows its own units.
  if (source !== ownFolder) return runItsOwnScript(call, source);
  await checkPrerequisites(installation, {}, caller, steps);
  await steps.allOrNone(async () => {
    let release = '';
    await steps.step(`build in ${source}`, () => build(installation, caller));
    await steps.step(`copy the build under ${installation.prefix}/releases`, async () => {
      release = await makeRelease(installation, caller, steps);
    });
    await switchTo(call, release, steps, suggestPackage);
  });
  if (!steps.isDryRun) removeOldReleases(installation);
  return 0;
}

/**
 * @param {Call} call
 * @param {string} source
 */
async function runItsOwnScript(call, source) {
  return run([join(source, 'manage.sh'), 'update', ...keptOptions(call), ...nameOf(call), source]);
}

/**
 * The script of what was pulled goes on; this one takes the checkout back when that fails.
 * @param {Call} call
 * @param {Steps} steps
 * @param {string} text
 */
async function pullAndUpdate(call, steps, text) {
  const { caller, installation } = call;
  const { source, node } = installation;
  const asked = await asOwner(source, caller, node, ['git', 'rev-parse', 'HEAD']);
  const { status, text: before } = await capture(asked.command, asked.options);
  if (status !== 0) throw new Failure(`${source} is not a git checkout; leave out --pull`);
  const commit = before.trim();
  const mustRun = async (/** @type {string[]} */ command) => {
    const ended = await runAsOwner(source, caller, node, command);
    if (ended !== 0) throw new Failure(`${command.join(' ')}: ended with ${ended}`, ended);
  };
  await steps.allOrNone(async () => {
    // Keeps what the owner has changed and not committed.
    steps.onFailure(async () => {
      await mustRun(['git', 'reset', '--quiet', '--keep', commit]);
      say(`  ${source} is back at commit ${commit.slice(0, 7)}`);
    });
    await steps.step(text, () => mustRun(['git', 'pull', '--ff-only']));
    const updated = await runItsOwnScript(call, source);
    if (updated !== 0) throw new Failure('', updated);
  });
  return 0;
}

/**
 * For whoever has installed the package of npm globally, which is as old as what runs.
 * @param {Installation} installation
 */
function suggestPackage(installation) {
  if (!(packageSource() || installation.source).includes('/node_modules/')) return;
  const command = installation.manageCommand('update --from npm');
  say(`For a newer one: npm install --global claude-harness@latest and the same again, or ${command}`);
}

/** @type {Verb} */
export const rollback = {
  help: `manage.sh rollback

Switches back to the build before the last update and restarts. A second rollback undoes the first.
`,
  needsInstallation: true,
  needsRoot: true,
  async run(call) {
    const { installation } = call;
    const release = linked(installation, 'previous');
    if (release === '' || !existsSync(join(installation.prefix, 'releases', release))) {
      throw new Failure('there is no previous build');
    }
    const steps = new Steps();
    await steps.allOrNone(() => switchTo(call, release, steps));
  },
};

/**
 * @param {Call} call
 * @param {string} release empty in a dry run
 * @param {Steps} steps
 * @param {(installation: Installation) => void} [whenCurrent] says more where it runs already
 */
async function switchTo({ installation, caller }, release, steps, whenCurrent) {
  if (!steps.isDryRun && linked(installation, 'current') === release) {
    say(`${release} is already running`);
    whenCurrent?.(installation);
    return;
  }
  const { reason } = await goLive(installation, release, caller, steps);
  if (steps.isDryRun) return;
  const state = reason === 'ready' ? 'ready to serve' : reason;
  say(
    `${release} is running (${state}); ${installation.manageCommand('rollback')} goes back to ${linked(installation, 'previous')}`,
  );
}
