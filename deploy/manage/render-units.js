import { realpathSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * What the units of a release are rendered from: the variables of deploy/render-units.sh, which scripts of other releases call.
 * @typedef {object} UnitSettings
 * @property {string} SCOPE `system` or `user`
 * @property {string} INSTANCE its name; empty for the default one
 * @property {string} PREFIX
 * @property {string} USER_NAME
 * @property {string} HOME_FOLDER
 * @property {string} LOGIN_FOLDER
 * @property {string} STATE_FOLDER
 * @property {string} AGENTS_STATE_FOLDER
 * @property {string} NODE
 * @property {string} CLAUDE
 * @property {string} LISTEN
 * @property {string} LOGIN `token` when one is stored
 * @property {string} CONFIG_FOLDER
 * @property {string} SOURCE
 * @property {string} ROUTER
 * @property {string} AGENTS_SOCKET a path
 * @property {string} AGENT_MOUNTS lines of a unit; empty where there are no agents
 */

/**
 * The units of this release: their file names, and their texts.
 * @param {string} templates deploy/systemd of the release
 * @param {UnitSettings} settings
 * @returns {Map<string, string>}
 */
export function renderUnits(templates, settings) {
  const values = valuesOf(settings);
  const at = atOf(settings);
  const units = [
    [`claude-harness${at}.socket`, 'claude-harness.socket'],
    [`claude-harness${at}.service`, `${settings.SCOPE}/claude-harness.service`],
  ];
  if (settings.AGENT_MOUNTS !== '') {
    units.push(
      [`claude-harness-agents${at}.socket`, 'claude-harness-agents.socket'],
      [`claude-harness-agents${at}.service`, `${settings.SCOPE}/claude-harness-agents.service`],
    );
  }
  return new Map(units.map(([name = '', path = '']) => [name, render(join(templates, path), values)]));
}

/**
 * @param {string} file
 * @param {Readonly<Record<string, string | readonly string[]>>} values text, or whole lines, which are left out where there are none
 */
function render(file, values) {
  const valueOf = (/** @type {string} */ name) => {
    const value = values[name];
    if (value === undefined) throw new Error(`${file} has a placeholder without a value: ${name}`);
    return [value].flat();
  };
  return readFileSync(file, 'utf8')
    .replace(/^@([A-Z_]+)@\n/gm, (_, /** @type {string} */ name) =>
      valueOf(name)
        .map((line) => `${line}\n`)
        .join(''),
    )
    .replace(/@([A-Z_]+)@/g, (_, /** @type {string} */ name) => valueOf(name).join('\n'));
}

/** @param {UnitSettings} settings */
function atOf({ INSTANCE }) {
  return INSTANCE === '' ? '' : `@${INSTANCE}`;
}

/**
 * @param {UnitSettings} settings
 * @returns {Record<string, string | readonly string[]>}
 */
function valuesOf(settings) {
  const { SCOPE, INSTANCE, PREFIX, HOME_FOLDER, NODE, CLAUDE, CONFIG_FOLDER, STATE_FOLDER, AGENTS_STATE_FOLDER } =
    settings;
  const isUser = SCOPE === 'user';
  const isNamed = INSTANCE !== '';
  return {
    UNIT: `claude-harness${atOf(settings)}`,
    AGENTS_UNIT: `claude-harness-agents${atOf(settings)}`,
    OF_INSTANCE: isNamed ? ` (${INSTANCE})` : '',
    LOGIN_FOLDER: settings.LOGIN_FOLDER,
    STATE: STATE_FOLDER.replace(/^\/var\/lib\//, ''),
    AGENTS_STATE: AGENTS_STATE_FOLDER.replace(/^\/var\/lib\//, ''),
    // A user's manager has no folder for it, and the program would take that of the default instance.
    STATE_LINE: isUser && isNamed ? [`Environment="STATE_DIRECTORY=${STATE_FOLDER}"`] : [],
    HIDDEN_STATE: hiddenState(settings),
    PREFIX,
    USER: settings.USER_NAME,
    HOME: HOME_FOLDER,
    NODE,
    CLAUDE,
    LISTEN: settings.LISTEN,
    CONFIG: `${CONFIG_FOLDER}/harness.yaml`,
    SOURCE: settings.SOURCE,
    ROUTER: settings.ROUTER,
    LOGIN_HINT: `${isUser ? '' : 'sudo '}${PREFIX}/current/manage.sh login${isNamed ? ` --name ${INSTANCE}` : ''}`,
    PATH: `${dirname(CLAUDE)}:${dirname(NODE)}:/usr/local/bin:/usr/bin:/bin`,
    VISIBLE_PATHS: visiblePaths(settings).map((path) => `BindReadOnlyPaths=-${path}`),
    // ProtectHome= covers /home, /root and /run/user only.
    HIDDEN_HOME: /^\/(home|root)\//.test(`${HOME_FOLDER}/`) ? [] : [`TemporaryFileSystem=${HOME_FOLDER}:ro`],
    TOKEN: settings.LOGIN === 'token' ? [`LoadCredential=claude-token:${CONFIG_FOLDER}/claude-token`] : [],
    AGENTS_SOCKET: settings.AGENTS_SOCKET,
    // The manager of a user creates the socket as that user.
    SOCKET_USER: isUser ? [] : [`SocketUser=${settings.USER_NAME}`],
    // What a user's manager can't do.
    WORKSPACES: isUser || settings.AGENT_MOUNTS === '' ? [] : settings.AGENT_MOUNTS.split('\n'),
  };
}

/**
 * Homes are hidden from the service, except for these paths.
 * @param {UnitSettings} settings
 */
function visiblePaths({ PREFIX, CONFIG_FOLDER, NODE, CLAUDE, LOGIN_FOLDER, HOME_FOLDER }) {
  const paths = [
    PREFIX,
    CONFIG_FOLDER,
    ...[NODE, CLAUDE].flatMap((program) => [program, targetOf(program)]).map(folderOf),
  ];
  const isHidden = (/** @type {string} */ path) =>
    !`${path}/`.startsWith(`${LOGIN_FOLDER}/`) &&
    ['/home/', '/root/', `${HOME_FOLDER}/`].some((folder) => `${path}/`.startsWith(folder));
  return [...new Set(paths.filter(isHidden))].sort();
}

/**
 * The folder that a program needs: its package, all its versions, or the folder that contains it.
 * @param {string} program
 */
function folderOf(program) {
  const [, above = ''] = /^(.*?)\/lib\/node_modules\//.exec(program) ?? [];
  if (above !== '') return `${above}/lib/node_modules`;
  return /^.*?\/\.local\/share\/claude(?=\/)/.exec(program)?.[0] ?? dirname(program);
}

/**
 * Where a link leads; a program that is not there yet stays as it is.
 * @param {string} program
 */
function targetOf(program) {
  try {
    return realpathSync(program);
  } catch {
    return program;
  }
}

/**
 * What the agents must not see: the state of chats, and all that is of other instances, also of those that come later.
 * @param {UnitSettings} settings
 */
function hiddenState({ INSTANCE, AGENTS_STATE_FOLDER, CONFIG_FOLDER }) {
  const isNamed = INSTANCE !== '';
  return [
    'InaccessiblePaths=-/var/lib/claude-harness',
    ...(isNamed ? ['InaccessiblePaths=-/var/lib/claude-harness-agents -/etc/claude-harness'] : []),
    ...['/var/lib', '/etc'].map((folder) => `TemporaryFileSystem=${folder}/claude-harness-instances:ro`),
    ...(isNamed ? [`BindPaths=${AGENTS_STATE_FOLDER}`, `BindReadOnlyPaths=${CONFIG_FOLDER}`] : []),
  ];
}
