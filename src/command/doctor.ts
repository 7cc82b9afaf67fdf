import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { ConfigError } from '../config/config-error.ts';
import { readDirectKey } from '../config/direct-key.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import type { Logger } from '../core/logger.ts';
import { readAuthStatus } from '../process/auth-status.ts';
import { cliEnvironment, ownEnvironment } from '../process/environment.ts';
import { locateCli } from '../process/locate.ts';
import { readCliVersion } from '../process/run-cli.ts';
import { readTokenCredential } from '../systemd/credential.ts';
import { defaultWorkspace } from '../process/workspace.ts';
import { createService, type Inherited } from '../service.ts';
import { inspectStateFile } from '../state/inspect.ts';
import { defaultStatePath } from '../state/state-path.ts';
import { describeListenError } from './listen-error.ts';
import { streamChat } from './stream-chat.ts';

/** A finding: `ok` says what is well; `problem` says what is not, and what to do. */
interface Finding {
  verdict: 'ok' | 'problem';
  text: string;
}

/** Looks at everything a turn needs and prints a line each; with `turn`, runs a real one. 1 when there is a problem. */
export async function doctorCommand(loaded: LoadedConfig, { turn }: { turn: boolean }): Promise<number> {
  const { config, file } = loaded;
  let problems = 0;
  const report = ({ verdict, text }: Finding): void => {
    if (verdict === 'problem') problems += 1;
    console.log(`${verdict.padEnd(8)}${text}`);
  };
  report(checkNode(process.versions.node));
  report(ok(`configuration: ${file ?? 'defaults (no file)'}`));
  const token = readTokenCredential(ownEnvironment());
  const env = cliEnvironment({
    auth: config.claude.auth,
    maxRetries: config.claude.max_retries,
    extra: config.claude.env,
    ...(token === undefined ? {} : { oauthToken: token.token }),
  });
  report(checkHome(env['HOME']));
  report(checkWorkspace(config.claude.workspace ?? defaultWorkspace(ownEnvironment())));
  report(checkStateFile(config.state.path ?? defaultStatePath(ownEnvironment())));
  const path = locateCli({ env, ...(config.claude.path === undefined ? {} : { configured: config.claude.path }) });
  if (path === undefined) {
    report(problem(cliMissing(config)));
  } else {
    report(await checkVersion(path, env));
    report(await checkLogin(path, env, config));
  }
  if (config.direct.api_key_env !== undefined) report(await checkDirect(config, config.direct.api_key_env));
  report(await checkPort(config.server));
  if (turn && path !== undefined) report(await checkTurn(config, token === undefined ? {} : { token }));
  return problems === 0 ? 0 : 1;
}

function ok(text: string): Finding {
  return { verdict: 'ok', text };
}

function problem(text: string): Finding {
  return { verdict: 'problem', text };
}

function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return ok(`node ${version}`);
  return problem(`node ${version} is too old: install Node 20.19 or later`);
}

function checkHome(home: string | undefined): Finding {
  if (home === undefined) return problem('HOME is not set: the CLI keeps its login there; set HOME for the service');
  try {
    accessSync(home, constants.R_OK | constants.W_OK);
    return ok(`home: ${home}`);
  } catch {
    return problem(`home: ${home} can't be written: the CLI refreshes its login there; give it to this user`);
  }
}

function checkWorkspace(path: string): Finding {
  try {
    if (!statSync(path).isDirectory()) return problem(`workspace: ${path} is no directory; remove it`);
    const entries = readdirSync(path);
    if (entries.length > 0) return problem(`workspace: ${path} is not empty; remove what is in it`);
    accessSync(path, constants.R_OK | constants.X_OK);
    return ok(`workspace: ${path}`);
  } catch {
    return checkCanBeMade('workspace', path, 'claude.workspace');
  }
}

function checkStateFile(path: string): Finding {
  const found = inspectStateFile(path);
  switch (found.state) {
    case 'usable':
      return ok(`state: ${path} (version ${found.version})`);
    case 'unusable':
      return problem(`state: ${found.problem}`);
    case 'absent':
      return checkCanBeMade('state', path, 'state.path');
  }
}

function checkCanBeMade(what: string, path: string, key: string): Finding {
  const parent = nearestExisting(path);
  try {
    // With the dot, so that a file in the place of a folder is refused.
    accessSync(`${parent}/.`, constants.W_OK | constants.X_OK);
    return ok(`${what}: ${path} (made at the first start)`);
  } catch {
    return problem(`${what}: ${path} can't be made, since ${parent} can't be written; set ${key}`);
  }
}

function nearestExisting(path: string): string {
  const parent = dirname(path);
  if (parent === path || statSync(parent, { throwIfNoEntry: false }) !== undefined) return parent;
  return nearestExisting(parent);
}

function cliMissing({ claude }: Config): string {
  if (claude.path !== undefined) return `claude: ${claude.path} is missing or can't be executed; mend claude.path`;
  return 'claude: not found on PATH or in the usual places; install it (npm install -g @anthropic-ai/claude-code) or set claude.path';
}

async function checkVersion(path: string, env: Record<string, string>): Promise<Finding> {
  const version = await readCliVersion(path, env);
  if (version === undefined) return problem(`claude: ${path} does not tell its version; run it by hand to see why`);
  return ok(`claude ${version}: ${path}`);
}

async function checkLogin(path: string, env: Record<string, string>, { claude }: Config): Promise<Finding> {
  const status = await readAuthStatus(path, env);
  switch (status.state) {
    case 'logged_in':
      return ok(`login: ${status.method} (only a real turn proves it: doctor --turn)`);
    case 'logged_out':
      return problem(
        claude.auth === 'api-key'
          ? 'login: no API key; set ANTHROPIC_API_KEY for the service, or in claude.env'
          : 'login: the CLI is logged out; as this user run `claude`, then /login',
      );
    case 'unknown':
      return problem('login: the CLI does not tell; run `claude auth status` by hand to see why');
  }
}

/** The key is looked at and not sent, so that only a real request proves it. */
async function checkDirect(config: Config, variable: string): Promise<Finding> {
  try {
    readDirectKey(config, ownEnvironment());
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // It may be the unit alone that has it.
    if (await servesDirectly(config.server)) return ok(`direct: the running service has its API key (${variable})`);
    return problem(`direct: ${error.problems.map(({ message }) => message).join('; ')}`);
  }
  return ok(`direct: an API key is in ${variable} (only a real request under /api proves it)`);
}

async function servesDirectly({ host, port }: Config['server']): Promise<boolean> {
  try {
    const response = await fetch(`http://${host}:${port}/api/status`, { signal: AbortSignal.timeout(2000) });
    return ((await response.json()) as { backend?: unknown }).backend === 'direct';
  } catch {
    return false;
  }
}

async function checkPort(server: Config['server']): Promise<Finding> {
  const address = `${server.host}:${server.port}`;
  const failure = await listenOnce(server.host, server.port);
  if (failure === undefined) return ok(`address: ${address} is free`);
  if (await isHarness(server)) return ok(`address: a harness is serving at ${address}`);
  return problem(`address: ${describeListenError(failure, server)}`);
}

async function listenOnce(host: string, port: number): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', resolve);
    probe.listen(port, host, () => {
      probe.close(() => {
        resolve(undefined);
      });
    });
  });
}

async function isHarness({ host, port }: Config['server']): Promise<boolean> {
  try {
    const response = await fetch(`http://${host}:${port}/health`, { signal: AbortSignal.timeout(2000) });
    return response.headers.has('x-request-id') && ((await response.json()) as { status?: unknown }).status === 'ok';
  } catch {
    return false;
  }
}

/** A turn through a service of its own, beside whatever serves already; through the CLI, which a fallback would hide. */
async function checkTurn(config: Config, inherited: Inherited): Promise<Finding> {
  const { base_url, max_retries } = config.direct;
  const service = createService(
    {
      ...config,
      server: { ...config.server, host: '127.0.0.1', port: 0, tokens: [] },
      direct: { base_url, max_retries },
      models: { ...config.models, direct: [] },
      fallback: 'none',
    },
    silent,
    inherited,
  );
  try {
    const { host, port } = await service.start();
    await service.settled;
    const startedAt = performance.now();
    const messages = [{ role: 'user', content: 'Answer with the one word: ready' }];
    for await (const text of streamChat(`http://${host}:${port}`, { model: config.models.default, messages })) {
      return ok(`turn: first words after ${Math.round(performance.now() - startedAt)} ms: ${JSON.stringify(text)}`);
    }
    return problem('turn: the answer was empty');
  } catch (error) {
    return problem(`turn: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await service.stop();
  }
}

const nothing = (): void => undefined;
const silent: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
