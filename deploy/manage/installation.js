import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, misused } from './failure.js';
import { quote } from './terminal.js';

/** For the whole machine, or for one user (`--user-unit`). */
/** @typedef {'system' | 'user'} Scope */

/**
 * Whoever calls, as far as it matters where things are.
 * @typedef {object} Caller
 * @property {boolean} isRoot
 * @property {number} uid
 * @property {string} home
 * @property {string} name
 * @property {string | undefined} sudoUser who called sudo
 * @property {string | undefined} configHome XDG_CONFIG_HOME
 * @property {string | undefined} stateHome XDG_STATE_HOME
 * @property {string} runtimeDir XDG_RUNTIME_DIR, or where systemd has it
 */

export const systemUnits = '/etc/systemd/system';

/** @param {Caller} caller */
export function userUnits(caller) {
  return join(userConfigFolder(caller), 'systemd/user');
}

/** @param {Caller} caller */
function userConfigFolder({ configHome, home }) {
  return configHome || join(home, '.config');
}

/**
 * The name of an instance as it is used here: empty for the default one. Throws for what is no name.
 * @param {string} name
 */
export function instanceOf(name) {
  if (!/^[a-z0-9-]{1,32}$/.test(name)) {
    throw misused(`--name ${quote(name)} is not the name of an instance: 1 to 32 of a-z, 0-9 and -`);
  }
  return name === 'default' ? '' : name;
}

/** Where everything of an instance is, whether it is installed or not; and what its unit says of its installation. */
export class Installation {
  /** What it was installed with; of one that is to be installed, what is to be written into its unit. */
  prefix = '';
  user = '';
  home = '';
  node = '';
  claude = '';
  /** A folder, or what `update --from` was given. */
  source = '';
  router = '';
  /** As systemd writes it: `127.0.0.1:8013`, or `[::1]:8013`. */
  listen = '';

  /**
   * @param {Scope} scope
   * @param {string} instance empty for the default one
   * @param {Caller} caller
   */
  constructor(scope, instance, caller) {
    const at = instance === '' ? '' : `@${instance}`;
    this.scope = scope;
    this.instance = instance;
    this.name = `claude-harness${at}`;
    this.service = `${this.name}.service`;
    this.socket = `${this.name}.socket`;
    this.agentsService = `claude-harness-agents${at}.service`;
    this.agentsSocket = `claude-harness-agents${at}.socket`;
    // Below the folders of their kind.
    this.ownFolder = instance === '' ? 'claude-harness' : `claude-harness-instances/${instance}`;
    if (scope === 'system') {
      this.unitFolder = systemUnits;
      this.configFolder = `/etc/${this.ownFolder}`;
      // What is removed when all state is.
      this.stateRoot = `/var/lib/${this.ownFolder}`;
      // A folder for both, so that the units of agents hide those of all others.
      this.stateFolder = instance === '' ? this.stateRoot : `${this.stateRoot}/state`;
      this.agentsStateFolder = instance === '' ? '/var/lib/claude-harness-agents' : `${this.stateRoot}/agents`;
      this.agentsSocketPath = `/run/${this.agentsSocket.replace(/et$/, '')}`;
    } else {
      this.unitFolder = userUnits(caller);
      this.configFolder = join(userConfigFolder(caller), this.ownFolder);
      this.stateRoot = join(caller.stateHome || join(caller.home, '.local/state'), this.ownFolder);
      this.stateFolder = this.stateRoot;
      // Shared: a user's manager has no folder of its own for each service.
      this.agentsStateFolder = this.stateFolder;
      this.agentsSocketPath = join(caller.runtimeDir, this.agentsSocket.replace(/et$/, ''));
    }
    this.configFile = join(this.configFolder, 'harness.yaml');
    this.tokenFile = join(this.configFolder, 'claude-token');
  }

  get isInstalled() {
    return existsSync(join(this.unitFolder, this.service));
  }

  get hasAgents() {
    return existsSync(join(this.unitFolder, this.agentsService));
  }

  /** Where the CLI keeps the login. */
  get loginFolder() {
    return join(this.home, this.instance === '' ? '.claude' : `.${this.ownFolder}`);
  }

  /** The command for the shell. */
  get commandFile() {
    return join(this.scope === 'system' ? '/usr/local/bin' : join(this.home, '.local/bin'), this.name);
  }

  /** To be appended to a command line that is shown. */
  get nameOption() {
    return this.instance === '' ? '' : ` --name ${this.instance}`;
  }

  /** The folder of the release that is installed. */
  get current() {
    return join(this.prefix, 'current');
  }

  /**
   * The command line for a verb, to be shown.
   * @param {...string} args
   */
  manageCommand(...args) {
    const command = `${this.current}/manage.sh ${args.join(' ')}${this.nameOption}`;
    return this.scope === 'user' ? command : `sudo ${command}`;
  }

  /** Reads what the unit says of its installation; throws where there is none. */
  load() {
    const file = join(this.unitFolder, this.service);
    if (!this.isInstalled) {
      throw new Failure(
        `${this.name} is not installed (${file} is missing); run ./manage.sh install${this.nameOption}`,
      );
    }
    const settings = settingsOf(readFileSync(file, 'utf8'));
    const get = (/** @type {string} */ name) => settings.get(name) ?? '';
    this.prefix = get('Prefix');
    this.user = get('User');
    this.home = get('Home');
    this.node = get('Node');
    this.claude = get('Claude');
    this.source = get('Source');
    this.router = get('Router');
    this.listen = this.installedListen;
    return this;
  }

  /** The address in the installed socket unit; empty without one. */
  get installedListen() {
    return listenOf(readFileIfThere(join(this.unitFolder, this.socket)));
  }
}

/**
 * The section of a unit that systemd ignores.
 * @param {string} unit
 */
function settingsOf(unit) {
  const [, section = ''] = unit.split(/^\[X-Installation\]$/m);
  return new Map([...section.matchAll(/^([A-Za-z]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));
}

/** @param {string} socketUnit */
export function listenOf(socketUnit) {
  return /^ListenStream=(.*)$/m.exec(socketUnit)?.[1] ?? '';
}

/**
 * Empty for a file that is not there.
 * @param {string} file
 */
export function readFileIfThere(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/**
 * The names of all that are installed in a folder of units; the default one is called so.
 * @param {string} unitFolder
 */
export function instanceNames(unitFolder) {
  return unitFiles(unitFolder).flatMap((file) => {
    const found = /^claude-harness(?:@([a-z0-9-]+))?\.service$/.exec(file);
    return found === null ? [] : [found[1] ?? 'default'];
  });
}

/**
 * The socket units of all that are installed in a folder of units, as file names.
 * @param {string} unitFolder
 */
export function socketUnits(unitFolder) {
  return unitFiles(unitFolder).filter((file) => /^claude-harness(@[a-z0-9-]+)?\.socket$/.test(file));
}

/** @param {string} folder */
function unitFiles(folder) {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}
