import type { Config } from '../../config/schema.ts';
import { readAuthStatus } from '../../process/auth-status.ts';
import { readCliVersion } from '../../process/run-cli.ts';
import { type Finding, ok, problem } from './finding.ts';

export function missingCli({ claude }: Config): Finding {
  if (claude.path !== undefined) {
    return problem(`claude: ${claude.path} is missing or not executable; fix claude.path`);
  }
  return problem(
    'claude: not found on PATH or in the usual places; install it (npm install -g @anthropic-ai/claude-code) or set claude.path',
  );
}

export async function checkVersion(path: string, env: Record<string, string>): Promise<Finding> {
  const version = await readCliVersion(path, env);
  if (version === undefined) return problem(`claude: ${path} does not report its version; run it by hand to see why`);
  return ok(`claude ${version}: ${path}`);
}

/** `login`: which of several it is, if there are, and what to do where it is missing. */
export async function checkLogin(
  path: string,
  env: Record<string, string>,
  { claude }: Config,
  { name, remedy }: { name?: string; remedy: string },
): Promise<Finding> {
  const status = await readAuthStatus(path, env);
  const what = name === undefined ? 'login' : `login ${name}`;
  switch (status.state) {
    case 'logged_in':
      return ok(`${what}: ${status.method} (only a real turn proves it: doctor --turn)`);
    case 'logged_out':
      return problem(
        claude.auth === 'api-key'
          ? 'login: no API key; set ANTHROPIC_API_KEY for the service, or in claude.env'
          : `${what}: the CLI is logged out: ${remedy}`,
      );
    case 'unknown':
      return problem(`${what}: the CLI does not report it; run \`claude auth status\` by hand to see why`);
  }
}
