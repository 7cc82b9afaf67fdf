import { tokenRemedy, type ClaudeLogin } from '../../config/claude-login.ts';
import { readTokenFile } from '../../config/login-token.ts';
import type { Config } from '../../config/schema.ts';
import type { NamedLogin, StoredToken } from '../cli-login.ts';
import { loginRemedy, signInRemedy } from '../login-remedy.ts';

/**
 * The logins of the configuration, in its order; none where the CLI has but one. `token`: what was handed to the service.
 * Throws `ConfigError`.
 */
export function configuredLogins(config: Config, token: StoredToken | undefined): NamedLogin[] {
  return config.claude.logins.map((login) => toNamedLogin(login, config, token));
}

function toNamedLogin(login: ClaudeLogin, config: Config, handedOver: StoredToken | undefined): NamedLogin {
  const { name, config_dir: configDir, token, token_file: file } = login;
  const folder = configDir === undefined ? {} : { configDir };
  if (file !== undefined) {
    const { token: stored, storedAt } = readTokenFile(file, name);
    const renewal = tokenRemedy(login);
    return { name, own: { ...folder, token: stored }, remedy: renewal, tokenFile: { storedAt, renewal } };
  }
  if (token !== undefined) return { name, own: { ...folder, token }, remedy: tokenRemedy(login) };
  if (configDir !== undefined) return { name, own: folder, remedy: signInRemedy(config.claude.login_hint, name) };
  return { name, remedy: loginRemedy(config, handedOver, name) };
}
