import { describe, expect, it } from 'vitest';
import { agentProfiles, warmPolicyOf } from '../../../src/config/agents/agent-profiles.ts';
import { defaultConfig } from '../../../src/config/schema.ts';
import { load, loadText, problemsOf } from '../config-folder.ts';

const [hash, other] = ['a', 'b'].map((letter) => `sha256:${letter.repeat(64)}`) as [string, string];
const least = 'workspaces: [/srv/a], tools: [bash]';

function profileOf(text: string) {
  const [profile] = agentProfiles(loadText(`agents: {tidy: {${text}}}`).config);
  return profile;
}

function problemsIn(text: string): string[] {
  return problemsOf(() => loadText(`agents: {tidy: {${least}, ${text}}}`)).map((line) =>
    line.replace(/^harness\.yaml:\d+:\d+: agents\.tidy\.?/, ''),
  );
}

describe('an agent', () => {
  it('is none by default', () => {
    expect(agentProfiles(defaultConfig())).toEqual([]);
  });

  it('has safe defaults', () => {
    expect(profileOf(least)).toEqual({
      name: 'tidy',
      model: 'sonnet',
      workspaces: [{ path: '/srv/a', mode: 'ro' }],
      tools: ['bash'],
      permissions: { default: 'always_ask', rules: [] },
      permissionMode: 'default',
      trust: 'none',
      sandbox: { use: 'required', allowedHosts: [], denyRead: [] },
      maxTurns: 50,
      mcpServers: {},
      backgroundTasks: false,
      tokens: [],
    });
  });

  it('is what the file says', () => {
    const { config } = loadText(`
server: {tokens: [${hash}, ${other}]}
models: {default: opus}
agents:
  idle_after: 5m
  max_live: 2
  ask_timeout: 1h
  owners: [${other}]
  tidy:
    description: Keeps order.
    model: haiku
    system: {text: Be brief., mode: replace}
    workspaces: [{path: /srv/a/, mode: rw}, /srv/b/../c]
    tools: [bash, read, bash]
    permissions: {default: deny, read: always_allow, "bash(rm *)": deny}
    permission_mode: dontAsk
    trust: files
    sandbox: {use: required, allowed_hosts: ["*.debian.org"], deny_read: [/etc]}
    max_turns: 40
    max_cost: 2.50
    max_minutes: 30
    mcp_servers:
      files: {command: server, args: [--all], env: {KEY: value}}
      web: {type: http, url: "https://mcp.example/a", headers: {Authorization: Bearer x}}
    background_tasks: true
    warm: always
    tokens: [${hash}]
  second: {${least}, system: Be kind., sandbox: off, max_turns: ~, tokens: [${hash}]}
`);
    expect(config.agents).toMatchObject({ idle_after: 300_000, max_live: 2, ask_timeout: 3_600_000, owners: [other] });
    expect(warmPolicyOf(config)).toEqual({ tidy: 'always', second: 'after_use' });
    const [tidy, second] = agentProfiles(config);
    expect(tidy).toEqual({
      name: 'tidy',
      description: 'Keeps order.',
      model: 'haiku',
      system: { text: 'Be brief.', mode: 'replace' },
      workspaces: [
        { path: '/srv/a', mode: 'rw' },
        { path: '/srv/c', mode: 'ro' },
      ],
      tools: ['bash', 'read'],
      permissions: {
        default: 'deny',
        rules: [
          { tool: 'read', policy: 'always_allow' },
          { tool: 'bash', pattern: 'rm *', policy: 'deny' },
        ],
      },
      permissionMode: 'dontAsk',
      trust: 'files',
      sandbox: { use: 'required', allowedHosts: ['*.debian.org'], denyRead: ['/etc'] },
      maxTurns: 40,
      maxCostUsd: 2.5,
      maxTurnMs: 1_800_000,
      mcpServers: {
        files: { type: 'stdio', command: 'server', args: ['--all'], env: { KEY: 'value' } },
        web: { type: 'http', url: 'https://mcp.example/a', headers: { Authorization: 'Bearer x' } },
      },
      backgroundTasks: true,
      tokens: [hash],
    });
    expect(second).toMatchObject({
      name: 'second',
      model: 'opus',
      system: { text: 'Be kind.', mode: 'append' },
      sandbox: { use: 'off' },
      maxTurns: 50,
    });
  });
});

describe('a mistake in an agent', () => {
  it.each([
    ['tols: [read]', 'tols: unknown key; the nearest known one is tools'],
    ['workspace: /srv/a', 'workspace: unknown key; the nearest known one is workspaces'],
    ['permissions: {bsh: deny}', /^permissions\.bsh: expected default or a tool; the nearest is bash, found bsh$/],
    ['permissions: {bash: allow}', /^permissions\.bash: expected one of always_allow, always_ask, deny, found allow$/],
    ['permissions: {"bash(a(b))": deny}', /^permissions\."bash\(a\(b\)\)": expected default, a tool, or a tool and/],
    ['permissions: {read: deny}', /^permissions\.read: expected a tool that tools lists; add read there/],
    ['permissions: {"read(x)": deny}', /^permissions\."read\(x\)": expected a tool that tools lists; add read there/],
    [
      'permissions: {default: deny, "bash(git *)": always_allow}',
      /^permissions\."bash\(git \*\)": expected deny, as for/,
    ],
    ['permissions: {bash: deny, "bash(git *)": always_ask}', /^permissions\."bash\(git \*\)": expected deny, as for/],
    ['permission_mode: bypassPermissions', /^permission_mode: expected one of default, acceptEdits, plan, dontAsk/],
    ['trust: yes', /^trust: expected one of none, files, full, found yes$/],
    ['sandbox: none', /^sandbox\.use: expected one of required, off, found none$/],
    ['sandbox: {alowed_hosts: [a]}', /^sandbox\.alowed_hosts: unknown key; the nearest known one is allowed_hosts$/],
    ['sandbox: {allowed_hosts: [https://a]}', /^sandbox\.allowed_hosts\[0\]: expected a host name/],
    ['sandbox: {deny_read: [etc]}', /^sandbox\.deny_read\[0\]: expected an absolute path, found etc$/],
    ['max_cost: 0', /^max_cost: expected an amount in US dollars/],
    ['max_minutes: 30m', /^max_minutes: expected a whole number/],
    ['system: {mode: replace}', /^system\.text: expected text, found nothing$/],
    ['mcp_servers: {a: {type: ws}}', /^mcp_servers\.a\.type: expected one of stdio, http, sse/],
    ['mcp_servers: {a: {comand: x, command: y}}', 'mcp_servers.a: unknown key; the nearest known one is command'],
    ['mcp_servers: {a: {type: http, url: x}}', /^mcp_servers\.a\.url: expected an http or https URL/],
    ['mcp_servers: {a_b: {command: x}}', /^mcp_servers: expected a name of at most 32 letters/],
    ['tokens: [secret]', /^tokens\[0\]: expected sha256: .*found a hidden value$/],
    [`tokens: [${hash}]`, /^tokens\[0\]: expected one of server\.tokens; .*found a hidden value$/],
  ])('%s is reported', (text, expected) => {
    expect(problemsIn(text)).toEqual([typeof expected === 'string' ? expected : expect.stringMatching(expected)]);
  });

  it.each([
    [`agents: {tidy: {tools: [bash]}}`, /tidy\.workspaces: expected a list of at least one workspace, found nothing$/],
    [`agents: {tidy: {tools: [bash], workspaces: []}}`, /tidy\.workspaces: expected a list of at least one workspace/],
    [`agents: {tidy: {workspaces: [/srv/a]}}`, /tidy\.tools: expected a list of tools, found nothing$/],
    [
      `agents: {tidy: {workspaces: [/srv/a], tools: [bsh]}}`,
      /tools\[0\]: expected one of .* nearest is bash, found bsh$/,
    ],
    [
      `agents: {tidy: {workspaces: [/srv/a], tools: [read, write], permissions: {"write(x)": deny}}}`,
      /permissions\."write\(x\)": expected write without a pattern; .* those of edit for write/,
    ],
    [
      'agents: {tidy: {workspaces: [/srv/a], tools: [bash, edit]}}',
      /agents\.tidy\.tools: expected read too, since the claude program has edit change only what it may read/,
    ],
    [
      `agents: {tidy: {workspaces: [/srv/a], tools: [read], permissions: {"read(x)": always_allow}}}`,
      /permissions\."read\(x\)": expected always_ask or deny, as for all other calls of read; only parts of bash/,
    ],
    [`agents: {Tidy: {${least}}}`, /agents\.Tidy: expected a name for an agent/],
    [`agents: {idle_afer: 5m}`, /agents\.idle_afer: unknown key; the nearest known one is agents\.idle_after/],
    [`agents: {tidy: }`, /agents\.tidy: unknown key; .*, and an agent is a map of keys$/],
    [
      `server: {tokens: [${hash}]}\nagents: {tidy: {${least}}}`,
      /tidy\.tokens: expected at least one of server\.tokens/,
    ],
    [`agents: {owners: [${hash}]}`, /agents\.owners\[0\]: expected one of server\.tokens/],
  ])('%s is reported', (text, expected) => {
    expect(problemsOf(() => loadText(text))).toEqual([expect.stringMatching(expected)]);
  });

  it('is reported with its line, beside the others', () => {
    const text =
      'agents:\n  tidy:\n    tols: [a]\n    foo: b\n    workspaces: [/srv/a]\n    tools: [bash]\n    trust: x\n';
    expect(problemsOf(() => loadText(text))).toEqual([
      'harness.yaml:7:5: agents.tidy.trust: expected one of none, files, full, found x',
      'harness.yaml:3:5: agents.tidy.tols: unknown key; the nearest known one is tools',
      'harness.yaml:4:5: agents.tidy.foo: unknown key; the nearest known one is tools',
    ]);
  });

  it.each([
    'mcp_servers: {a: {command: x, env: {KEY: [hunter2]}}}',
    'mcp_servers: {a: {command: x, env: {KEY=hunter2}}}',
    'mcp_servers: {a: {hunter2: x}}',
    'mcp_servers: {a: hunter2}',
    'mcp_servers: {a: {type: http, url: "https://user:hunter2@a.example"}}',
    'mcp_servers: {a: {type: hunter2}}',
    'tokens: hunter2',
  ])('%s does not show the secret', (text) => {
    expect(problemsIn(text)).not.toEqual([]);
    expect(problemsIn(text).join()).not.toContain('hunter2');
  });

  it('is an refused outside the file', () => {
    const env = { CLAUDE_HARNESS_AGENTS__TIDY: `{${least}}` };
    expect(problemsOf(() => load({ env }))).toEqual([expect.stringMatching(/unknown variable/)]);
    expect(problemsOf(() => load({ flags: { set: [`agents.tidy={${least}}`] } }))).toEqual([
      expect.stringMatching(/unknown key/),
    ]);
  });
});

describe('the folder of an agent', () => {
  const env = { HOME: '/home/ada', STATE_DIRECTORY: '/var/lib/claude-harness' };

  function problem(path: string, more = ''): string | undefined {
    try {
      loadText(`agents: {tidy: {workspaces: ["${path}"], tools: []}}\n${more}`, { env });
    } catch (error) {
      return String(error)
        .split('\n')[1]
        ?.replace(/^.*?: agents/, 'agents');
    }
    return undefined;
  }

  it.each(['/srv/a', '/home/ada/documents', '/home/adam', '/home/ada/.claudette', '/var/lib/claude-harness-files'])(
    '%s is accepted',
    (path) => {
      expect(problem(path)).toBeUndefined();
    },
  );

  it.each([
    ['/home/ada', 'the home folder'],
    ['/home/ada/', 'the home folder'],
    ['/home', 'the home folder'],
    ['/home/bob/../ada', 'the home folder'],
    ['/home/ada/.claude', "the folder of the claude program's login"],
    ['/home/ada/.claude/projects', "the folder of the claude program's login"],
    ['/var/lib', "the service's state folder"],
    ['/var/lib/claude-harness/workspace', "the service's state folder"],
  ])('%s is refused for %s', (path, what) => {
    const start = `agents.tidy.workspaces[0].path: expected a folder apart from ${what} (`;
    expect(problem(path)?.slice(0, start.length)).toBe(start);
  });

  it.each(['/', '//', '/srv/..', 'srv', './a', '~/a', '', '/srv/a*', '/srv/[a]', '/srv/a,b', '/srv/{a}', '/srv/!a'])(
    '%s is refused',
    (path) => {
      expect(problem(path)).toMatch(/^agents\.tidy\.workspaces\[0\]\.path: expected an absolute path of a folder/);
    },
  );

  it('may not hold the state file, the files of clients, the login, secrets or the config file where these are elsewhere', () => {
    expect(problem('/srv/a', 'state: {path: /srv/a/state.db}')).toMatch(/the state file/);
    expect(problem('/srv/files/x', 'state: {path: /srv/state.db}')).toMatch(/clients' files \(\/srv\/files\)/);
    expect(problem('/srv/a', 'files: {path: /srv/a/kept}')).toMatch(/clients' files \(\/srv\/a\/kept\)/);
    expect(problem('/srv/a', 'claude: {env: {CLAUDE_CONFIG_DIR: /srv/a/login}}')).toMatch(/login/);
    expect(problem('/srv', 'claude: {env: {HOME: /srv/claude}}')).toMatch(/the home folder/);
    expect(problem('/srv/a', 'tunnel: {token_file: /srv/a/token}')).toMatch(/a secret of the tunnel/);
    expect(problem('/srv/a', 'tunnel: {ssh_key: /srv/a/key}')).toMatch(/a secret of the tunnel/);
    expect(problem('/tmp')).toMatch(/the config file/);
  });

  it('is reported with its place', () => {
    const text = 'agents:\n  tidy:\n    tools: []\n    workspaces:\n      - /srv/a\n      - path: /home\n';
    expect(problemsOf(() => loadText(text, { env }))).toEqual([
      expect.stringMatching(/^harness\.yaml:6:9: agents\.tidy\.workspaces\[1\]\.path: expected a folder apart from/),
    ]);
  });
});
