import { cliLogin } from '../../backend/cli-login.ts';
import { loginRemedy } from '../../backend/login-remedy.ts';
import { configuredLogins } from '../../backend/logins/configured-logins.ts';
import type { LoadedConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import { cliEnvironment, ownEnvironment } from '../../process/environment.ts';
import { locateCli } from '../../process/locate.ts';
import { defaultWorkspace } from '../../process/workspace.ts';
import { defaultStatePath } from '../../state/state-path.ts';
import { readTokenCredential, type TokenCredential } from '../../systemd/credential.ts';
import { checkAddresses } from './address.ts';
import { checkLogin, checkVersion, missingCli } from './cli.ts';
import { checkContract } from './contract.ts';
import { checkDatabase } from './database.ts';
import { checkDirect } from './direct.ts';
import { checkHome, checkStateFile, checkWorkspace } from './files.ts';
import { type Finding, ok, problem } from './finding.ts';
import { checkTunnelProgram } from './tunnel.ts';
import { checkTurn } from './turn.ts';

export interface DoctorOptions {
  /** Also run a real turn, which counts against the plan. */
  turn: boolean;
  /** Print the findings as one JSON array when all are there. */
  json: boolean;
}

/** Checks everything that a turn needs and prints what each check has found. Returns the exit code: 1 when one fails. */
export async function doctorCommand(loaded: LoadedConfig, options: DoctorOptions): Promise<number> {
  const found: Finding[] = [];
  for await (const finding of findings(loaded, options)) {
    found.push(finding);
    if (!options.json) console.log(`${finding.verdict.padEnd(8)}${finding.text}`);
  }
  if (options.json) console.log(JSON.stringify(found, undefined, 2));
  return found.some(({ verdict }) => verdict === 'problem') ? 1 : 0;
}

async function* findings({ config, file }: LoadedConfig, { turn }: DoctorOptions): AsyncGenerator<Finding> {
  const token = readTokenCredential(ownEnvironment());
  const env = cliEnvironment(cliLogin(config, token));
  const path = locateCli({ env, ...(config.claude.path !== undefined && { configured: config.claude.path }) });
  yield checkNode(process.versions.node);
  yield ok(`configuration: ${file ?? 'defaults (no file)'}`);
  yield checkHome(env['HOME']);
  yield checkWorkspace(config.claude.workspace ?? defaultWorkspace(ownEnvironment()));
  yield checkStateFile(config.state.path ?? defaultStatePath(ownEnvironment()));
  if (config.state.url !== undefined) yield await checkDatabase(config.state.url);
  if (path === undefined) {
    yield missingCli(config);
  } else {
    yield await checkVersion(path, env);
    if (config.claude.check) yield await checkContract(path, env);
    yield* checkLogins(path, config, token);
  }
  if (config.direct.api_key_env !== undefined) yield await checkDirect(config, config.direct.api_key_env);
  yield* await checkAddresses(config.server);
  if (config.tunnel.type !== 'none') yield checkTunnelProgram(config);
  if (turn && path !== undefined) yield await checkTurn(config, { ...(token !== undefined && { token }) });
}

async function* checkLogins(path: string, config: Config, token: TokenCredential | undefined): AsyncGenerator<Finding> {
  const logins = configuredLogins(config, token);
  if (logins.length === 0) {
    const remedy = loginRemedy(config, token);
    yield await checkLogin(path, cliEnvironment(cliLogin(config, token)), config, { remedy });
  }
  for (const login of logins)
    yield await checkLogin(path, cliEnvironment(cliLogin(config, token, login)), config, login);
}

function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return ok(`node ${version}`);
  return problem(`node ${version} is too old: install Node 20.19 or later`);
}
