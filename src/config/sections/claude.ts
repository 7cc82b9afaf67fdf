import { z } from 'zod';
import { claudeLogins } from '../claude-login.ts';
import { boolean, choice, integer, map, path, text, variableName } from '../key-types.ts';

const asText = (value: unknown) => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : value);
const expectedText = 'expected text without a NUL byte (quotes make anything text)';
const variableValue = z.preprocess(
  asText,
  z.string({ error: expectedText }).regex(/^[^\0]*$/, { error: expectedText }),
);

const extraBody = z
  .string()
  .transform((json, context): unknown => {
    try {
      return JSON.parse(json);
    } catch {
      context.addIssue('not JSON');
      return z.NEVER;
    }
  })
  .pipe(z.record(z.string(), z.unknown()));

export const claudeSection = z
  .strictObject({
    path: path()
      .exactOptional()
      .describe('Path of the `claude` program. Default: searched for on PATH and in the usual places.'),
    auth: choice(['subscription', 'api-key'])
      .prefault('subscription')
      .describe('Whether turns are billed to the login of the `claude` program or to an API key.'),
    env: map(variableName(), variableValue, 'variable names to values', { secret: true })
      .prefault({})
      .describe('Environment variables passed to the `claude` program.'),
    prompt: choice(['exact', 'fed'])
      .prefault('exact')
      .describe(
        'Whether requests reach the API as they are, or are fed to the `claude` program message by message, which adds notes of its own and serves one request a process.',
      ),
    max_retries: integer(0, 10).prefault(2).describe('How often the `claude` program retries a failed model call.'),
    check: boolean()
      .prefault(true)
      .describe(
        'Whether each new version of the `claude` program is tried against a stand-in for the API before it serves. Otherwise every version is trusted.',
      ),
    login_hint: text('hint', /^\P{Cc}{1,200}$/u, 'a line of text')
      .prefault('run `claude`, then /login, as the user that the harness runs as')
      .describe('What to do about a missing login; shown in the log, by `/ready` and in the status of the unit.'),
    logins: claudeLogins()
      .prefault([])
      .describe(
        'Several logins of the `claude` program, each a plan of its own: `[{name: home}, {name: work, config_dir: /home/ada/.claude/logins/work}]`. `config_dir` is the folder (`CLAUDE_CONFIG_DIR`) in which the program keeps that login; instead, a token of `claude setup-token` as `token`, or alone in the file `token_file`. An entry with a name alone is the login that the program has anyway. Turns go to the login with the most of its plan left, see `docs/logins.md`. Empty: the one login that the program has.',
      ),
    workspace: path()
      .exactOptional()
      .describe('Empty directory in which chat processes run. Default: derived from the state directory.'),
  })
  .refine(({ auth, env }) => auth === 'api-key' || !('ANTHROPIC_API_KEY' in env), {
    path: ['env', 'ANTHROPIC_API_KEY'],
    // The program would silently bill the key instead of the plan.
    error: 'expected no API key while claude.auth is subscription; remove it, or set claude.auth to api-key',
  })
  .refine(({ auth, logins }) => auth === 'subscription' || logins.length === 0, {
    path: ['logins'],
    error: 'expected no logins while claude.auth is api-key: they are of plans',
  })
  .refine(({ env }) => env['CLAUDE_CODE_EXTRA_BODY'] === undefined || parseExtraBody(env) !== undefined, {
    path: ['env', 'CLAUDE_CODE_EXTRA_BODY'],
    error: 'expected a JSON object',
  })
  .describe('The `claude` program and how it is started.');

/** The operator's additions to the bodies of API requests; `undefined` when there are none. */
export function parseExtraBody(env: Readonly<Record<string, string>>): Record<string, unknown> | undefined {
  const parsed = extraBody.safeParse(env['CLAUDE_CODE_EXTRA_BODY']);
  return parsed.success ? parsed.data : undefined;
}
