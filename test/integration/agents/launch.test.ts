import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentLab, madeUpApiKey, startAgentLab } from '../../support/agents/agent-lab.ts';
import { root } from '../../support/root.ts';

let lab: AgentLab;

beforeAll(async () => {
  lab = await startAgentLab();
});

afterAll(() => lab.stop());

interface SentBody {
  system: { text: string }[];
  messages: object[];
  tools?: { name: string }[];
}

const lastBody = (): SentBody => lab.standIn.requests.at(-1)?.body as SentBody;

describe('an agent’s process', () => {
  it('has the tools that the profile lists, one to ask a person, and no others', async () => {
    const agent = await lab.run({ tools: ['bash', 'read', 'glob', 'grep'] });
    await agent.say('hello');
    expect(
      lastBody()
        .tools?.map(({ name }) => name)
        .sort(),
    ).toEqual(['AskUserQuestion', 'Bash', 'Glob', 'Grep', 'Read']);
  });

  it.each(['append', 'replace'] as const)('is told its system prompt: %s', async (mode) => {
    const agent = await lab.run({ system: { text: 'PROMPT OF THE PROFILE', mode } });
    await agent.say('hello');
    const texts = lastBody()
      .system.map(({ text }) => text)
      .join('\n');
    expect(texts).toContain('PROMPT OF THE PROFILE');
    expect(texts.includes('# Harness') || texts.includes('# System')).toBe(mode === 'append');
  });

  it('keeps prompts, secrets and the login off its command line', async () => {
    const profile = lab.profile({
      system: { text: 'PROMPT OF THE PROFILE', mode: 'append' },
      mcpServers: { one: { type: 'stdio', command: 'true', args: [], env: { KEY: 'SECRET OF THE SERVER' } } },
    });
    const agent = await lab.run(profile);
    const line = readFileSync(`/proc/${agent.pid ?? 'self'}/cmdline`, 'utf8');
    expect(line).toContain('stream-json');
    for (const text of ['PROMPT OF', 'SECRET OF', madeUpApiKey]) expect(line.includes(text)).toBe(false);
  });

  it('has the MCP servers of the profile, whose calls are asked about', async () => {
    const server = join(root, 'test/support/agents/echo-server.mjs');
    const mcpServers = {
      echo: { type: 'stdio', command: process.execPath, args: [server], env: { REPLY: 'ECHO' } },
    } as const;
    let asked = 0;
    const agent = await lab.run({ mcpServers }, { decide: () => (asked++, 'allow') });
    const [outcome] = await agent.calls([{ name: 'mcp__echo__echo', input: {} }]);
    expect(outcome).toMatchObject({ ran: true, text: 'ECHO' });
    expect(asked).toBe(1);
  });

  it('goes on from its transcript', async () => {
    const transcript = randomUUID();
    const first = await lab.run({}, { transcript });
    await first.say('REMEMBER THIS');
    await first.stop();
    const second = await lab.run({}, { resume: transcript });
    await second.say('and now?');
    expect(JSON.stringify(lastBody().messages)).toContain('REMEMBER THIS');
    expect(second.init()).toMatchObject({ session_id: transcript });
  });

  it('runs nothing in the home folder’s settings', async () => {
    const mark = join(lab.root, 'mark');
    const hook = { hooks: [{ type: 'command', command: `/bin/touch ${mark}` }] };
    lab.write(join(lab.home, '.claude/settings.json'), {
      hooks: { SessionStart: [hook], UserPromptSubmit: [hook] },
      permissions: { allow: ['Bash'] },
    });
    const agent = await lab.run({ permissions: { default: 'always_ask', rules: [] } });
    const [outcome] = await agent.calls([{ name: 'Bash', input: { command: 'touch x' } }]);
    expect(outcome).toMatchObject({ asked: true });
    expect(existsSync(mark)).toBe(false);
  });

  it('has no note of the memory of earlier sessions', async () => {
    const agent = await lab.run();
    await agent.say('hello');
    expect(agent.init()).not.toMatchObject({ memory_paths: { auto: expect.anything() as unknown } });
  });
});
