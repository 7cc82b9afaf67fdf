import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { asServiceUser } from '../as-user.js';
import { pause, run } from '../child.js';
import { Failure, misused } from '../failure.js';
import { program } from '../program.js';
import { bringUp, lookAtReadiness, requireService, restoreService } from '../running.js';
import { Steps } from '../steps.js';
import { readSecret, say } from '../terminal.js';
import { applyUnits } from '../units.js';
import { needRoot, needServiceUser } from '../verb.js';

/** @typedef {import('../verb.js').Call} Call */
/** @typedef {import('../verb.js').Verb} Verb */

/** While logged out, the service asks the CLI every 30 seconds. */
const loginSeconds = 40;

/** @type {Verb} */
export const login = {
  help: `manage.sh login [--login NAME | --token | --forget-token]

Logs in the claude CLI as the user of the service: it shows an address to open in any browser, and asks for the code
shown there. The service detects the new login by itself.

  --login NAME    the login of that name in claude.logins, where the service has several; otherwise the CLI's own
  --token         store a token from \`claude setup-token\`, which is valid for a year, in a file that only root can read;
                  the token is prompted for or read from standard input, and never shown
  --forget-token  remove the stored token and use the CLI's own login again
`,
  options: { login: { type: 'string' }, token: { type: 'boolean' }, 'forget-token': { type: 'boolean' } },
  needsInstallation: true,
  async run(call) {
    const { login: name, token, 'forget-token': isForgotten } = call.args.values;
    if (Object.values(call.args.values).length > 1) throw misused('pass one of --login, --token and --forget-token');
    if (token === true) await storeToken(call);
    else if (isForgotten === true) await forgetToken(call);
    else if (typeof name === 'string') await logInByName(call, name);
    else await logIn(call);
  },
};

/** @param {Call} call */
async function logIn(call) {
  const { installation } = call;
  needServiceUser(call, 'login');
  if (existsSync(installation.tokenFile)) {
    throw new Failure(
      'a token is stored and takes precedence over any login; manage.sh login --forget-token removes it',
    );
  }
  await mustAsServiceUser(call, [installation.claude, 'auth', 'login']);
  say('Logged in. Waiting for the service to detect it …');
  let readiness = await lookAtReadiness(installation);
  for (let second = 0; second < loginSeconds && readiness.reason !== 'ready'; second += 1) {
    await pause(1000);
    readiness = await lookAtReadiness(installation);
  }
  if (readiness.reason !== 'ready') {
    throw new Failure(`the service is not ready: ${readiness.message || 'it gives no answer'}`);
  }
  say('The service is ready.');
}

/**
 * The program knows the folder of the login from the configuration.
 * @param {Call} call
 * @param {string} name
 */
async function logInByName(call, name) {
  const { installation } = call;
  needServiceUser(call, 'login');
  await mustAsServiceUser(call, program(installation, ['login', '--login', name, '--config', installation.configFile]));
  say(`Logged in (${name}). The service detects it within half a minute.`);
}

/**
 * @param {Call} call
 * @param {readonly string[]} command
 */
async function mustAsServiceUser({ installation, caller }, command) {
  const status = await run(asServiceUser(installation, caller.name, command), { cwd: installation.home });
  // It has said why.
  if (status !== 0) throw new Failure('', status);
}

/** @param {Call} call */
async function storeToken(call) {
  const { tokenFile } = call.installation;
  needRoot(call, 'login --token');
  const token = await readSecret('Token from claude setup-token (hidden): ');
  if (!/^sk-ant-oat\d+-[A-Za-z0-9_-]{16,}$/.test(token)) {
    throw new Failure('this is not a token from claude setup-token, which begins with sk-ant-oat; nothing was stored');
  }
  const storedAt = new Date().toISOString().replace(/\.\d+/, '');
  const reason = await changeLogin(call, () => {
    putPrivately(tokenFile, `${JSON.stringify({ token, stored_at: storedAt })}\n`);
  });
  say(`The token is stored in ${tokenFile} (${reason}).`);
}

/** @param {Call} call */
async function forgetToken(call) {
  const { tokenFile } = call.installation;
  needRoot(call, 'login --forget-token');
  if (!existsSync(tokenFile)) {
    say('No token is stored.');
    return;
  }
  const reason = await changeLogin(call, () => {
    rmSync(tokenFile);
  });
  say(`The token is removed (${reason}).`);
}

/**
 * Changes the file of the token, and has the service come up with it, or else leaves all as it was. The service is restored
 * last, since it reads the token when it starts.
 * @param {Call} call
 * @param {() => void} change
 * @returns {Promise<string>} what /ready says
 */
async function changeLogin({ installation, caller }, change) {
  const { tokenFile } = installation;
  const steps = new Steps();
  const before = existsSync(tokenFile) ? readFileSync(tokenFile, 'utf8') : undefined;
  return steps.allOrNone(async () => {
    steps.onFailure(() => restoreService(installation));
    steps.onFailure(() => {
      if (before === undefined) rmSync(tokenFile, { force: true });
      else putPrivately(tokenFile, before);
    });
    change();
    const changedUnits = await applyUnits(installation, caller, steps);
    const began = await bringUp(installation, { isNew: true, changedUnits }, steps);
    return (await requireService(installation, began)).reason;
  });
}

/**
 * @param {string} file
 * @param {string} text
 */
function putPrivately(file, text) {
  const unfinished = `${file}.new`;
  rmSync(unfinished, { force: true });
  writeFileSync(unfinished, text, { mode: 0o600 });
  renameSync(unfinished, file);
}
