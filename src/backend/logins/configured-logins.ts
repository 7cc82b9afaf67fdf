import type { ClaudeLogin } from '../../config/claude-login.ts';
import { readTokenFile } from '../../config/login-token.ts';
import type { Config } from '../../config/schema.ts';
import type { NamedLogin } from '../cli-login.ts';

/** The logins of the configuration, in its order; none where the CLI has but one. Throws `ConfigError`. */
export function configuredLogins({ claude }: Config): NamedLogin[] {
  return claude.logins.map((login) => toNamedLogin(login, claude.login_hint));
}

function toNamedLogin(login: ClaudeLogin, hint: string): NamedLogin {
  const { name, config_dir: configDir, token, token_file: file } = login;
  const folder = configDir === undefined ? {} : { configDir };
  if (file !== undefined) {
    const { token: stored, storedAt } = readTokenFile(file, name);
    const renewal = `make a new one with \`claude setup-token\`, write it to ${file} and restart the service`;
    return { name, own: { ...folder, token: stored }, remedy: renewal, tokenFile: { storedAt, renewal } };
  }
  if (token !== undefined) {
    const remedy = 'make a new token with `claude setup-token`, write it to claude.logins and restart the service';
    return { name, own: { ...folder, token }, remedy };
  }
  return { name, remedy: loginRemedy(hint, name), ...(configDir !== undefined && { own: folder }) };
}

/** Every installation's own hint is a command, which takes the name as well. */
export function loginRemedy(hint: string, name: string): string {
  return / login$/.test(hint)
    ? `${hint} --login ${name}`
    : `run \`claude-harness login --login ${name}\` as the user that the harness runs as`;
}
