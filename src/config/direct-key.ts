import { ConfigError } from './config-error.ts';
import type { Environment } from './find-file.ts';
import type { Config } from './schema.ts';

/**
 * The API key of the direct backend; `undefined` where that backend is off. Throws `ConfigError`, which names the
 * variable and never its value.
 */
export function readDirectKey({ direct }: Config, env: Environment): string | undefined {
  const name = direct.api_key_env;
  if (name === undefined) return undefined;
  const key = env[name]?.trim() ?? '';
  const problem = problemOf(name, key);
  if (problem === undefined) return key;
  throw new ConfigError([{ where: `environment ${name}`, path: 'direct.api_key_env', message: problem }]);
}

function problemOf(name: string, key: string): string | undefined {
  if (key === '') {
    return `expected an API key in the variable ${name}, found nothing; set it for the service (docs/install.md says where), or remove direct.api_key_env`;
  }
  if (!/^[\x21-\x7e]+$/.test(key)) return 'expected an API key, found a value with blanks or other invalid characters';
  // With such a token the API would take the harness for the subscription's own client, which it is not.
  if (key.startsWith('sk-ant-oat')) {
    return 'expected an API key of the Claude Console, found a subscription token; only the CLI may use that login (manage.sh login --token stores it)';
  }
  return undefined;
}
