import { isAbsolute, normalize } from 'node:path';
import { z } from 'zod';
import { agentPermissionModes } from '../../core/agent.ts';
import { warmPolicies } from '../../core/warm-policy.ts';
import { isHostName } from '../host-name.ts';
import { boolean, checkedText, choice, integer, keyTypes, list, text } from '../key-types.ts';
import { model } from '../model-name.ts';
import { tokenHash } from '../token-hash.ts';
import { fields } from './fields.ts';
import { mcpServer } from './mcp-server.ts';
import { ineffectivePermissions } from './ineffective-permissions.ts';
import { permissions, toolName } from './permissions.ts';

export const profileName = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** Characters that mean something in the patterns of the CLI's rules would make a rule about another folder. */
const isFolder = (path: string): boolean =>
  isAbsolute(path) && normalize(path) !== '/' && !/[*?[\]{}()!\\,\p{Cc}]/u.test(path);

const folder = checkedText('path', isFolder, 'an absolute path of a folder other than /, without any of *?[]{}()!\\,');

const isPath = (path: string): boolean => isAbsolute(path) && !/\p{Cc}/u.test(path);

/** A value whose usual part may be written alone. */
const orJust =
  (name: string) =>
  (value: unknown): unknown =>
    typeof value === 'string' ? { [name]: value } : value;

const workspace = z.preprocess(
  orJust('path'),
  fields({ path: folder, mode: choice(['ro', 'rw']).prefault('ro') }, 'a workspace'),
);

const oneAtLeast = 'expected a list of at least one workspace';
const workspaces = z
  .array(workspace, { error: oneAtLeast })
  .transform(([first, ...others], context) => {
    if (first !== undefined) return [first, ...others] as const;
    context.addIssue(oneAtLeast);
    return z.NEVER;
  })
  .register(keyTypes, { kind: 'list', label: 'list of paths, or of `{path, mode}`', secret: false });

const system = z
  .preprocess(
    orJust('text'),
    fields(
      { text: z.string({ error: 'expected text' }), mode: choice(['append', 'replace']).prefault('append') },
      'a system prompt',
    ),
  )
  .register(keyTypes, { kind: 'map', label: 'text, or `{text, mode}`', secret: false });

const isPatternOfHosts = (host: string): boolean => isHostName(host.replace(/^\*\./, ''));

const sandbox = z
  .preprocess(
    orJust('use'),
    fields(
      {
        use: choice(['required', 'off']).prefault('required'),
        allowed_hosts: list(checkedText('host', isPatternOfHosts, 'a host name, or *. and one'), 'host names').prefault(
          [],
        ),
        deny_read: list(checkedText('path', isPath, 'an absolute path'), 'paths').prefault([]),
      },
      'a sandbox',
    ),
  )
  .register(keyTypes, { kind: 'map', label: '`required`, `off`, or `{use, allowed_hosts, deny_read}`', secret: false });

const dollarsError = 'expected an amount in US dollars, over 0 and at most 10000';
const dollars = z
  .preprocess(
    (value) => (typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value),
    z.number({ error: dollarsError }).gt(0, { error: dollarsError }).max(10_000, { error: dollarsError }),
  )
  .register(keyTypes, { kind: 'integer', label: 'US dollars, over 0', secret: false });

const tools = z
  .array(toolName, { error: 'expected a list of tools' })
  .register(keyTypes, { kind: 'list', label: 'list of tools', secret: false });

const serverName = text('name', /^[A-Za-z0-9][A-Za-z0-9-]{0,31}$/, 'a name of at most 32 letters, digits and -');
const mcpServers = z
  .record(serverName, mcpServer, { error: 'expected a map of names to MCP servers' })
  .register(keyTypes, {
    kind: 'map',
    label: 'map of names to `{command, args, env}` or `{type, url, headers}`',
    secret: true,
  });

const shape = {
  description: text('text', /^\P{Cc}{1,500}$/u, 'a line of at most 500 characters')
    .exactOptional()
    .describe('What it is for; clients see it.'),
  model: model.exactOptional().describe('Model that it uses. Default: `models.default`.'),
  system: system
    .exactOptional()
    .describe(
      "System prompt, added to the `claude` program's own (`append`, as a bare text is) or in its place (`replace`).",
    ),
  workspaces: workspaces.describe(
    'Folders that it works in; the first is its working directory. The mode is `rw`, or `ro` (read only), as for a bare path. They may neither contain the home folder nor share anything with the state file, this file and the login of the `claude` program.',
  ),
  tools: tools.describe(
    'Its tools, of `bash`, `read`, `write`, `edit`, `glob`, `grep`, `web_fetch`, `web_search`, `task`, `skill`.',
  ),
  permissions: permissions
    .prefault({})
    .describe(
      'What happens when a tool is called: `always_allow` (files in the workspaces alone), `always_ask` or `deny`; of a tool (`read`), of some of its calls (`bash(git *)`), and of the rest (`default`, which is `always_ask`). Denials come first, then questions. Patterns of `read` are paths, and hold for `glob` and `grep` too; those of `edit` hold for `write`. Where some commands are allowed, others that only read run unasked.',
    ),
  permission_mode: choice(agentPermissionModes)
    .prefault('default')
    .describe('Mode of the `claude` program that it starts in. `dontAsk` refuses whatever would ask.'),
  trust: choice(['none', 'files', 'full'])
    .prefault('none')
    .describe(
      'What of the working directory takes part: nothing; `files`: its `CLAUDE.md`, commands, skills and subagents; `full`: its settings, hooks and MCP servers too, which run programs as the user of the service.',
    ),
  sandbox: sandbox
    .prefault({})
    .describe(
      'Whether commands run confined to the workspaces and to `allowed_hosts`, which needs bubblewrap and socat, and what else they may not read. With `off` they may do whatever the user of the service may.',
    ),
  max_turns: integer(1, 1000).prefault(50).describe('Requests to the model in one turn.'),
  max_cost: dollars.exactOptional().describe('What a session may cost, at list prices.'),
  max_minutes: integer(1, 24 * 60)
    .exactOptional()
    .describe('Minutes that one turn may take.'),
  mcp_servers: mcpServers.prefault({}).describe('Servers of further tools that it may use.'),
  background_tasks: boolean()
    .prefault(false)
    .describe('Whether commands and subagents may go on when a turn has ended.'),
  warm: choice(warmPolicies)
    .prefault('after_use')
    .describe(
      'When a process of it waits for the next session, whose first answer then comes sooner: for `agents.idle_after` after a session has begun (`after_use`), `always`, or `never`. It counts as one of `agents.max_live`, and ends when another session needs its place. None waits with `trust: full`, or where the working directory is in a Git repository.',
    ),
  tokens: list(tokenHash, 'token hashes', { secret: true })
    .prefault([])
    .describe('Which of `server.tokens` may use it; at least one where there are any.'),
};

export type ProfileShape = typeof shape;
export const profileShape: ProfileShape = shape;

export const profile = fields(shape, 'an agent').superRefine((value, context) => {
  if (!Array.isArray(value.tools)) return;
  for (const { key, message } of ineffectivePermissions(value.permissions, value.tools)) {
    context.addIssue({ code: 'custom', path: ['permissions', key], message });
  }
  const writing = value.tools.find((tool) => tool === 'write' || tool === 'edit');
  if (writing !== undefined && !value.tools.includes('read')) {
    const message = `expected read too, since the claude program has ${writing} change only what it may read`;
    context.addIssue({ code: 'custom', path: ['tools'], message });
  }
});

export type WrittenProfile = z.output<typeof profile>;
