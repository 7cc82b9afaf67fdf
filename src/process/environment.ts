import { without } from '../core/without.ts';

/**
 * What of the harness's own environment reaches the CLI. An allow-list: a variable nobody thought of must not switch
 * the CLI to another login, another endpoint or another mode.
 */
const inherited = [
  'HOME',
  'PATH',
  'USER',
  'LOGNAME',
  'LANG',
  'TZ',
  'CLAUDE_CONFIG_DIR',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'all_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
];
const inheritedPrefixes = ['LC_', 'XDG_'];

/** What holds for every process; the configuration can't change it. */
const ofEveryProcess = {
  // Its log of errors would contain what a process does and is told otherwise.
  CLAUDE_CODE_DEBUG_LOG_LEVEL: 'error',
  // After a broken stream the CLI would ask again without streaming, and print that answer in no stream event.
  CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK: '1',
};

/** What an exact and safe answer rests on; the configuration can't change it. */
const ofChat = {
  // `@/path` in a prompt would make the CLI read that file into it.
  CLAUDE_CODE_DISABLE_ATTACHMENTS: '1',
  // A conversation that the API finds too long would be summed up by the CLI and asked again.
  DISABLE_AUTO_COMPACT: '1',
  // Without compaction the CLI refuses what it guesses (at four characters a token) to be too long; the API knows.
  CLAUDE_CODE_BLOCKING_LIMIT_OVERRIDE: '1000000000',
};

const defaults = {
  DISABLE_AUTOUPDATER: '1',
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
};

const chatDefaults = {
  // The CLI thinks with a large budget by default; a variable at its start costs a request nothing.
  MAX_THINKING_TOKENS: '0',
};

/** The harness's own environment; read through this function, so that its readers can be found. */
export function ownEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}

/** What every program may know of it: where programs, homes, proxies and certificates are, and in which language to speak. */
export function inheritedEnvironment(from: NodeJS.ProcessEnv = ownEnvironment()): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(from)) {
    if (value !== undefined && isInherited(name)) environment[name] = value;
  }
  return environment;
}

export interface CliEnvironmentOptions {
  /** `subscription` never hands an API key on, since the CLI would silently bill it instead of the plan. */
  auth: 'subscription' | 'api-key';
  maxRetries: number;
  /** The operator's own additions. */
  extra: Readonly<Record<string, string>>;
  /** A token of `claude setup-token` that was handed to the service. */
  oauthToken?: string;
  /** Decides the login, whatever is inherited or in `extra`; absent where there is but one. */
  own?: OwnLogin;
  /** The environment to inherit from. */
  from?: NodeJS.ProcessEnv;
}

/** One of several logins; at least one of the two. */
export interface OwnLogin {
  /** Where the CLI keeps it. */
  configDir?: string;
  /** A token of `claude setup-token`. */
  token?: string;
}

/** What in its environment a CLI takes for its login, whatever somebody has signed in with. */
export const givenLogins = ['CLAUDE_CODE_OAUTH_TOKEN', 'ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'];

/** Which of them a CLI with this environment takes; `undefined` where it uses the login that somebody has signed in with. */
export function givenLogin(env: Readonly<Record<string, string>>): string | undefined {
  return givenLogins.find((name) => (env[name] ?? '') !== '');
}

/** The environment of a process that answers as a plain model. */
export function cliEnvironment(options: CliEnvironmentOptions): Record<string, string> {
  return { ...chatDefaults, ...baseEnvironment(options), ...ofChat };
}

/** The environment of any process. */
export function baseEnvironment(options: CliEnvironmentOptions): Record<string, string> {
  const from = options.from ?? ownEnvironment();
  const environment: Record<string, string> = { ...defaults, ...inheritedEnvironment(from) };
  const apiKey = from['ANTHROPIC_API_KEY'];
  if (options.auth === 'api-key' && apiKey !== undefined) environment['ANTHROPIC_API_KEY'] = apiKey;
  if (options.oauthToken !== undefined) environment['CLAUDE_CODE_OAUTH_TOKEN'] = options.oauthToken;
  const extra = options.own === undefined ? options.extra : withOwnLogin(options.extra, options.own);
  Object.assign(environment, extra, ofEveryProcess, { CLAUDE_CODE_MAX_RETRIES: String(options.maxRetries) });
  if (options.auth === 'subscription') delete environment['ANTHROPIC_API_KEY'];
  return environment;
}

function withOwnLogin(extra: Readonly<Record<string, string>>, { configDir, token }: OwnLogin): Record<string, string> {
  return {
    ...without(extra, ...givenLogins),
    ...(configDir !== undefined && { CLAUDE_CONFIG_DIR: configDir }),
    ...(token !== undefined && { CLAUDE_CODE_OAUTH_TOKEN: token }),
  };
}

function isInherited(name: string): boolean {
  return inherited.includes(name) || inheritedPrefixes.some((prefix) => name.startsWith(prefix));
}
