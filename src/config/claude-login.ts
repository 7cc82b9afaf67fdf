import { z } from 'zod';
import { keyTypes, path, text } from './key-types.ts';

/** What `claude setup-token` prints. */
export const setupToken = /^sk-ant-oat\d+-[\w-]{8,}$/;
const tokenError = 'expected a token of `claude setup-token`, which begins with sk-ant-oat';

const entry = z
  .strictObject(
    {
      name: text('name', /^[a-z0-9][a-z0-9_-]{0,31}$/, 'a name of 1 to 32 small letters, digits, - and _'),
      config_dir: path().exactOptional(),
      token: z.string({ error: tokenError }).regex(setupToken, { error: tokenError }).exactOptional(),
      token_file: path().exactOptional(),
    },
    {
      // One line for each key; none is repeated, since it may be a token in the wrong place.
      error: ({ code, keys }) =>
        code === 'unrecognized_keys'
          ? keys.map(() => 'expected only name, config_dir, token and token_file').join('\n')
          : 'expected a login such as {name: work, config_dir: /home/ada/.claude/logins/work}',
    },
  )
  .refine(({ token, token_file: file }) => token === undefined || file === undefined, {
    path: ['token_file'],
    error: 'expected either token or token_file',
  });

/** One of several logins; without a folder and a token, it is the one that the CLI has without any setting. */
export type ClaudeLogin = z.infer<typeof entry>;

export function claudeLogins() {
  return z
    .array(entry, { error: 'expected a list of logins' })
    .superRefine((logins, context) => {
      for (const { index, field, message } of repeated(logins)) {
        context.addIssue({ code: 'custom', path: [index, field], message });
      }
    })
    .register(keyTypes, {
      kind: 'list',
      label: 'list of `{name, config_dir, token, token_file}`',
      secret: false,
      unquoted: true,
    });
}

interface Repetition {
  index: number;
  field: keyof ClaudeLogin;
  message: string;
}

/** Two entries of one login would be taken for twice the plan. */
function repeated(logins: readonly ClaudeLogin[]): Repetition[] {
  return logins.flatMap((login, index) => {
    const earlier = logins.slice(0, index);
    const isTaken = (keyOf: (login: ClaudeLogin) => string) => earlier.some((other) => keyOf(other) === keyOf(login));
    if (isTaken(({ name }) => name)) return [{ index, field: 'name', message: 'expected a name of its own' }];
    if (!isTaken(accountOf)) return [];
    const message = 'expected a config_dir, token or token_file that no login before has';
    return [{ index, field: fieldOf(login), message }];
  });
}

/** What decides whose login it is: a token precedes what the folder has. */
function accountOf({ config_dir: folder, token, token_file: file }: ClaudeLogin): string {
  return JSON.stringify([token, file, ...(token === undefined && file === undefined ? [folder] : [])]);
}

function fieldOf(login: ClaudeLogin): keyof ClaudeLogin {
  return (['token', 'token_file', 'config_dir'] as const).find((field) => login[field] !== undefined) ?? 'name';
}

/** What its owner has to do where the login is a token, and the API takes it no longer. */
export function tokenRemedy({ token_file: file = 'claude.logins' }: Pick<ClaudeLogin, 'token_file'>): string {
  return `make a new token with \`claude setup-token\`, write it to ${file} and restart the service`;
}

/** The names of several logins; `undefined` where there is but one. */
export function loginNames({ logins }: { logins: readonly ClaudeLogin[] }): string[] | undefined {
  return logins.length === 0 ? undefined : logins.map(({ name }) => name);
}
