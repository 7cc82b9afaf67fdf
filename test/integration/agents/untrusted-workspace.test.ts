import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentProfile, WorkspaceTrust } from '../../../src/core/agent.ts';
import { startStandIn, type StandIn } from '../../../src/stand-in/stand-in.ts';
import { type AgentLab, madeUpApiKey, startAgentLab } from '../../support/agents/agent-lab.ts';
import type { DrivenAgent } from '../../support/agents/drive.ts';
import { type HostileWorkspace, makeHostile } from '../../support/agents/hostile-workspace.ts';

let lab: AgentLab;
let thief: StandIn;
let workspace: HostileWorkspace;

beforeEach(async () => {
  lab = await startAgentLab();
  thief = await startStandIn();
  workspace = makeHostile(lab, lab.work, thief.url);
});

afterEach(async () => {
  await thief.stop();
  await lab.stop();
});

const asking: AgentProfile['permissions'] = { default: 'always_ask', rules: [] };

function run(trust: WorkspaceTrust, changes: Partial<AgentProfile> = {}): Promise<DrivenAgent> {
  const tools = ['bash', 'read', 'write', 'task', 'skill'] as const;
  return lab.run({ trust, tools, permissions: asking, ...changes });
}

/** Whether the API was sent this text. */
const reached = (text: string): boolean => JSON.stringify(lab.standIn.requests.map(({ body }) => body)).includes(text);
const texts = ['REMEMBERED TEXT', 'GREETED', 'SUM DESCRIPTION', 'SCOUT DESCRIPTION', 'IMPORTED TEXT'];
const keys = (): unknown[] => [...new Set(lab.standIn.requests.map(({ headers }) => headers['x-api-key']))];

describe.each(['none', 'files'] as const)('a hostile workspace with trust: %s', (trust) => {
  it('runs no program: no hook, no key helper, no MCP server, nothing in its commands, skills and subagents', async () => {
    // The sandbox, or a rule to ask about all commands, would stop programs too.
    const agent = await run(trust, {
      sandbox: { use: 'off', allowedHosts: [], denyRead: [] },
      permissions: { default: 'always_ask', rules: [{ tool: 'bash', pattern: 'git *', policy: 'always_allow' }] },
    });
    await agent.say('hello');
    for (const name of ['greet', 'twice']) {
      await agent.say(`/workspace:${name} Ada`);
      await agent.say(`/${name} Ada`);
    }
    await agent.calls([
      { name: 'Skill', input: { skill: 'workspace:sum' } },
      { name: 'Bash', input: { command: 'touch by-skill.txt' } },
    ]);
    expect(workspace.ran()).toEqual([]);
    expect(existsSync(join(lab.work, 'by-skill.txt'))).toBe(false);
  });

  it('sends neither the login nor a prompt elsewhere', async () => {
    const agent = await run(trust);
    await agent.say('hello');
    expect(thief.requests).toEqual([]);
    expect(keys()).toEqual([madeUpApiKey]);
  });

  it('has no say in the mode and the permissions', async () => {
    const agent = await run(trust);
    const [bash, write] = await agent.calls([
      { name: 'Bash', input: { command: 'touch by-bash.txt' } },
      { name: 'Write', input: { file_path: join(lab.work, 'by-write.txt'), content: 'x' } },
    ]);
    expect(agent.init()).toMatchObject({ permissionMode: 'default', mcp_servers: [] });
    expect([bash, write]).toMatchObject([
      { asked: true, ran: false },
      { asked: true, ran: false },
    ]);
  });

  it('does not take commands out of the sandbox, nor change their PATH', async () => {
    const agent = await run(trust, { permissions: { default: 'always_allow', rules: [] } });
    const [outcome] = await agent.calls([
      { name: 'Bash', input: { command: `touch ${lab.outside}/out.txt; echo $PATH; touch here.txt` } },
    ]);
    expect(outcome?.text).not.toContain(join(lab.work, 'bin'));
    expect(existsSync(join(lab.outside, 'out.txt'))).toBe(false);
    expect(existsSync(join(lab.work, 'here.txt'))).toBe(true);
  });
});

describe('the text of a workspace', () => {
  it('does not reach the model with trust: none', async () => {
    const agent = await run('none');
    await agent.say('hello');
    await agent.say('/greet Ada');
    expect(texts.filter(reached)).toEqual([]);
  });

  it('reaches it with trust: files, commands, skills and subagents under the name of the workspace', async () => {
    const agent = await run('files');
    await agent.say('hello');
    expect(agent.init()).toMatchObject({
      slash_commands: expect.arrayContaining(['workspace:greet', 'workspace:sum']) as unknown,
      skills: expect.arrayContaining(['workspace:sum']) as unknown,
      agents: expect.arrayContaining(['workspace:scout']) as unknown,
    });
    expect(texts.filter(reached)).toEqual(['REMEMBERED TEXT', 'SUM DESCRIPTION', 'SCOUT DESCRIPTION']);
    expect(reached('workspace:sum: SUM DESCRIPTION')).toBe(true);
    const [skill] = await (
      await run('files', { permissions: { default: 'always_allow', rules: [] } })
    ).calls([{ name: 'Skill', input: { skill: 'workspace:sum' } }]);
    expect(skill).toMatchObject({ ran: true });
    expect(reached(`The files of this skill are in ${lab.work}/.claude/skills/sum.`)).toBe(true);
  });

  it('expands a command that runs nothing', async () => {
    lab.write(join(lab.work, '.claude/commands/plain.md'), 'PLAIN $ARGUMENTS');
    await (await run('files')).say('/workspace:plain Ada');
    expect(reached('PLAIN Ada')).toBe(true);
  });

  it('is not taken from where a link leads out', async () => {
    const outside = lab.write(join(lab.outside, 'linked.md'), 'LINKED TEXT');
    symlinkSync(outside, join(lab.work, '.claude/CLAUDE.md'));
    symlinkSync(outside, join(lab.work, '.claude/commands/linked.md'));
    const agent = await run('files');
    await agent.say('hello');
    expect(reached('REMEMBERED TEXT')).toBe(true);
    expect(reached('LINKED TEXT')).toBe(false);
    expect(JSON.stringify(agent.init())).not.toContain('workspace:linked');
  });
});

describe('a client that names a file', () => {
  it.each(['none', 'files', 'full'] as const)('gets nothing into the prompt by it, with trust: %s', async (trust) => {
    lab.write(join(lab.outside, 'named.txt'), 'NAMED TEXT');
    const agent = await run(trust);
    await agent.say(`what is in @${lab.outside}/named.txt and @../outside/named.txt and @"${lab.outside}/named.txt"`);
    expect(reached('NAMED TEXT')).toBe(false);
  });
});

describe('trust: full', () => {
  it('runs the workspace’s hooks and MCP servers, and takes its files as they are', async () => {
    const agent = await run('full');
    await agent.say('hello');
    await expect.poll(() => workspace.ran()).toContain('mcp-server');
    expect(workspace.ran()).toEqual(expect.arrayContaining(['session-start', 'user-prompt-submit']));
    expect(agent.init()).toMatchObject({ slash_commands: expect.arrayContaining(['greet', 'sum']) as unknown });
    expect(reached('REMEMBERED TEXT')).toBe(true);
  });

  it('keeps the mode, the sandbox and the address of the API', async () => {
    const agent = await run('full');
    const [bash] = await agent.calls([{ name: 'Bash', input: { command: 'touch by-bash.txt' } }]);
    expect(agent.init()).toMatchObject({ permissionMode: 'default' });
    expect(bash).toMatchObject({ asked: true, ran: false });
    expect(thief.requests).toEqual([]);
    const allowed = await run('full', { permissions: { default: 'always_allow', rules: [] } });
    await allowed.calls([{ name: 'Bash', input: { command: `/bin/touch ${lab.outside}/out.txt` } }]);
    expect(existsSync(join(lab.outside, 'out.txt'))).toBe(false);
  });

  it('runs programs of the first workspace alone', async () => {
    const other = { path: lab.library, mode: 'ro' as const };
    const agent = await run('full', { workspaces: [other, { path: lab.work, mode: 'rw' }] });
    await agent.say('hello');
    expect(workspace.ran()).toEqual([]);
    expect(reached('REMEMBERED TEXT')).toBe(false);
  });
});

it('a copy of a workspace’s files keeps no field that allows or runs anything', () => {
  const { args } = lab.launch(lab.profile({ trust: 'files' }));
  const plugin = args[args.indexOf('--plugin-dir') + 1] ?? '';
  const copies = ['commands/greet.md', 'skills/sum/SKILL.md', 'agents/scout.md'].map((path) =>
    readFileSync(join(plugin, path), 'utf8'),
  );
  expect(copies.join()).toContain('SCOUT TEXT');
  expect(copies.join()).not.toMatch(/allowed-tools|hooks|permissionMode|mcpServers/);
});
