import type { LoadedConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import { cliEnvironment, ownEnvironment } from '../../process/environment.ts';
import { locateCli } from '../../process/locate.ts';
import { defaultWorkspace } from '../../process/workspace.ts';
import { defaultStatePath } from '../../state/state-path.ts';
import { readTokenCredential } from '../../systemd/credential.ts';
import { checkAddress } from './address.ts';
import { checkLogin, checkVersion, missingCli } from './cli.ts';
import { checkContract } from './contract.ts';
import { checkDatabase } from './database.ts';
import { checkDirect } from './direct.ts';
import { checkHome, checkStateFile, checkWorkspace } from './files.ts';
import { type Finding, ok, problem } from './finding.ts';
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
  const env = environmentOfCli(config, token?.token);
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
    yield await checkLogin(path, env, config);
  }
  if (config.direct.api_key_env !== undefined) yield await checkDirect(config, config.direct.api_key_env);
  yield await checkAddress(config.server);
  if (turn && path !== undefined) yield await checkTurn(config, { ...(token !== undefined && { token }) });
}

function environmentOfCli({ claude }: Config, oauthToken: string | undefined): Record<string, string> {
  return cliEnvironment({
    auth: claude.auth,
    maxRetries: claude.max_retries,
    extra: claude.env,
    ...(oauthToken !== undefined && { oauthToken }),
  });
}

function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return ok(`node ${version}`);
  return problem(`node ${version} is too old: install Node 20.19 or later`);
}
