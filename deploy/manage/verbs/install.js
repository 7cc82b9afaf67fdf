import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { addressOf, hostOf, portOf } from '../address.js';
import { ask, canListen } from '../ask.js';
import { groupOf } from '../caller.js';
import { must } from '../child.js';
import { Failure, misused } from '../failure.js';
import { createFolder, removeIfEmpty } from '../folders.js';
import { goLive } from '../go-live.js';
import { listenOf, socketUnits } from '../installation.js';
import { checkPrerequisites } from '../prerequisites.js';
import { ownFolder } from '../program.js';
import { build, linked, makeRelease, removeOldReleases } from '../release.js';
import { Steps } from '../steps.js';
import { needSystemd, serviceUrl } from '../systemd.js';
import { quote, say } from '../terminal.js';
import { registerWith } from './router.js';
import { runSmoke } from './test.js';

/** @typedef {import('../installation.js').Installation} Installation */
/** @typedef {import('../installation.js').Caller} Caller */
/** @typedef {import('../verb.js').Verb} Verb */

/** What was asked for; all else is as it was installed, or found. */
/** @typedef {{ user?: string, host?: string, port?: string, prefix?: string, node?: string, claude?: string, router?: string }} Requested */

/** @type {Verb} */
export const install = {
  help: `manage.sh install [OPTION]...

Builds the checkout that contains this file, installs the program under /opt/claude-harness, starts it under systemd,
waits until it serves, and tests it with two small turns. Existing configuration and state are kept, and so are the
options of the first installation. If a step fails, the previous steps are undone. A missing login is not a failure.
With --name it is an instance beside others, with a port, a login, a configuration, builds and state of its own.

  --user NAME     user to run the service as, whose login it uses (default: the user who called sudo)
  --host ADDRESS  address to listen on (default 127.0.0.1); others than loopback need a token in the configuration
  -p, --port NUMBER
                  port to listen on (default 8013)
  --prefix FOLDER folder to install into (default /opt/claude-harness)
  --node PATH     the node program (default: the first suitable one found)
  --claude PATH   the claude program (default: the first one found)
  --router FILE   also add the service to this router's file
  -n, --dry-run   show every step without changing anything
`,
  options: {
    user: { type: 'string' },
    host: { type: 'string' },
    port: { type: 'string', short: 'p' },
    prefix: { type: 'string' },
    node: { type: 'string' },
    claude: { type: 'string' },
    router: { type: 'string' },
    'dry-run': { type: 'boolean', short: 'n' },
  },
  needsRoot: true,
  async run({ args, caller, installation }) {
    const { 'dry-run': isDryRun, ...values } = args.values;
    const requested = /** @type {Requested} */ (values);
    const steps = new Steps({ isDryRun: isDryRun === true });
    await needSystemd(installation);
    if (installation.isInstalled) installation.load();
    mergeSettings(installation, requested);
    installation.source = ownFolder;
    await checkPrerequisites(installation, requested, caller, steps);
    installation.listen = await chooseListenAddress(installation, requested);
    const readiness = await steps.allOrNone(() => installRelease(installation, caller, steps));
    await finish(installation, readiness, steps);
  },
};

/**
 * The options that were given override those of the installation.
 * @param {Installation} installation
 * @param {Requested} requested
 */
function mergeSettings(installation, { prefix, user, node, claude, router }) {
  const isOther =
    (prefix ?? installation.prefix) !== installation.prefix || (user ?? installation.user) !== installation.user;
  if (installation.isInstalled && isOther) {
    throw new Failure(
      `${installation.name} is installed under ${installation.prefix} for user ${installation.user}; to change that, uninstall it first (configuration and state are kept)`,
    );
  }
  installation.user = user ?? installation.user;
  installation.prefix = prefix ?? installation.prefix;
  installation.node = node ?? installation.node;
  installation.claude = claude ?? installation.claude;
  installation.router = router === undefined ? installation.router : resolve(router);
}

/**
 * The requested address, else the installed one, else loopback.
 * @param {Installation} installation
 * @param {Requested} requested
 */
async function chooseListenAddress(installation, requested) {
  const installed = installation.installedListen;
  // systemd takes a port alone as that of all addresses.
  const current = installed === '' ? '127.0.0.1:8013' : installed.includes(':') ? installed : `0.0.0.0:${installed}`;
  const { host = hostOf(current), port = portOf(current) } = requested;
  if (!(await canListen(host, 0))) throw misused(`--host ${quote(host)} is not an address of this machine`);
  if (!/^[1-9]\d{0,4}$/.test(port) || Number(port) > 65_535) throw misused(`--port ${quote(port)} is not a port`);
  checkOtherInstances(installation, port);
  // The installed port is in use by the service itself.
  if (port !== portOf(installed) && !(await canListen(host, Number(port)))) {
    throw new Failure(`${host}:${port} is in use; stop the program that listens there, or pass --port`);
  }
  return addressOf(host, port);
}

/**
 * One that is stopped now will want its port again.
 * @param {Installation} installation
 * @param {string} port
 */
function checkOtherInstances({ unitFolder, socket }, port) {
  for (const other of socketUnits(unitFolder).filter((unit) => unit !== socket)) {
    if (portOf(listenOf(readFileSync(join(unitFolder, other), 'utf8'))) === port) {
      throw new Failure(`port ${port} is that of ${other.replace(/\.socket$/, '')}; pass another --port`);
    }
  }
}

/**
 * @param {Installation} installation
 * @param {Caller} caller
 * @param {Steps} steps
 */
async function installRelease(installation, caller, steps) {
  const { source, prefix, configFile, stateFolder, stateRoot } = installation;
  let release = '';
  await steps.step(`build in ${source}`, () => build(installation, caller));
  await steps.step(`copy the build under ${prefix}/releases`, async () => {
    release = await makeRelease(installation, caller, steps);
  });
  await steps.step(`write ${configFile}, if there is none`, () => createConfig(installation, steps));
  await steps.step(`create ${installation.loginFolder}, if there is none`, () =>
    createLoginFolder(installation, steps),
  );
  if (!existsSync(stateFolder)) {
    steps.onFailure(() => {
      rmSync(stateRoot, { recursive: true, force: true });
    });
  }
  return goLive(installation, release, caller, steps);
}

/**
 * @param {Installation} installation
 * @param {Steps} steps
 */
async function createConfig({ source, configFile, configFolder, scope, user }, steps) {
  if (existsSync(configFile)) return;
  createFolder(configFolder, steps);
  steps.onFailure(() => {
    rmSync(configFile, { force: true });
  });
  copyFileSync(join(source, 'deploy/harness.yaml'), configFile);
  // It may hold keys (claude.env), so only the service's user may read it.
  chmodSync(configFile, 0o640);
  if (scope === 'system') await must(['chgrp', await groupOf(user), configFile]);
}

/**
 * @param {Installation} installation
 * @param {Steps} steps
 */
async function createLoginFolder({ loginFolder, instance, scope, user }, steps) {
  const folders = instance === '' ? [loginFolder] : [dirname(loginFolder), loginFolder];
  for (const folder of folders.filter((one) => !existsSync(one))) {
    steps.onFailure(() => {
      removeIfEmpty(folder);
    });
    mkdirSync(folder, { mode: 0o700 });
    if (scope === 'system') await must(['chown', `${user}:${await groupOf(user)}`, folder]);
  }
}

/**
 * @param {Installation} installation
 * @param {import('../running.js').Readiness} readiness
 * @param {Steps} steps
 */
async function finish(installation, readiness, steps) {
  const { router } = installation;
  if (!steps.isDryRun) removeOldReleases(installation);
  if (router !== '') {
    await steps.step(`add the service to ${router}`, async () => {
      const status = await registerWith(installation, router, []);
      // With status 2 nothing was written and the entry to paste was shown, which does not fail an installation.
      if (status !== 0 && status !== 2) throw new Failure('', status);
    });
  }
  if (steps.isDryRun) {
    say('- test it with two small turns');
    say('Nothing was changed.');
    return;
  }
  say(`${installation.name} ${linked(installation, 'current')} serves at ${await serviceUrl(installation)}/v1`);
  if (readiness.reason === 'ready') await steps.step('test it with two small turns', () => testService(installation));
  else if (readiness.reason === 'not_logged_in')
    say(`One step is left, the login: ${installation.manageCommand('login')}`);
  else say('The usage limit of the plan is reached; the service continues when the limit resets.');
}

/** @param {Installation} installation */
async function testService(installation) {
  const models = await ask(await serviceUrl(installation), '/v1/models');
  if (models?.status === 401 && !process.env['HARNESS_TOKEN']) {
    say('The service requires a token. To test it: HARNESS_TOKEN=... ./manage.sh test');
    return;
  }
  if ((await runSmoke(installation)) !== 0) {
    throw new Failure(
      'the service is installed and running, but a check above reports a problem; ./manage.sh test checks again',
    );
  }
}
