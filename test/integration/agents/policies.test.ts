import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AgentPermissionMode,
  type AgentPermissions,
  type PermissionRule,
  agentTools,
  type PermissionPolicy,
} from '../../../src/core/agent.ts';
import { type AgentLab, startAgentLab } from '../../support/agents/agent-lab.ts';
import type { CallOutcome, DrivenAgent, ToolCall } from '../../support/agents/drive.ts';

type Verdict = 'runs' | 'asks' | 'refused';

let lab: AgentLab;

beforeAll(async () => {
  lab = await startAgentLab();
  lab.write(join(lab.work, 'note.txt'), 'NOTE');
  lab.write(join(lab.work, '.claude/skills/sum/SKILL.md'), '---\ndescription: adds\n---\nADD');
});

afterAll(() => lab.stop());

/** One call of each tool; the subagent's comes last, since it asks the model itself. */
function callsOf(work: string, name: string): Record<string, ToolCall> {
  const file = (path: string): string => join(work, path);
  return {
    'bash that reads': { name: 'Bash', input: { command: 'cat note.txt' } },
    'bash that writes': { name: 'Bash', input: { command: `touch bash-${name}` } },
    read: { name: 'Read', input: { file_path: file('note.txt') } },
    write: { name: 'Write', input: { file_path: file(`write-${name}`), content: 'x' } },
    edit: { name: 'Edit', input: { file_path: file('note.txt'), old_string: 'NOTE', new_string: `NOTE ${name}` } },
    glob: { name: 'Glob', input: { pattern: '*.txt' } },
    grep: { name: 'Grep', input: { pattern: 'NOTE' } },
    // Nothing listens there.
    web_fetch: { name: 'WebFetch', input: { url: 'http://127.0.0.1:9/', prompt: 'x' } },
    skill: { name: 'Skill', input: { skill: 'workspace:sum' } },
    task: { name: 'Agent', input: { description: 'x', prompt: 'x', subagent_type: 'general-purpose' } },
  };
}

function verdictOf({ asked, ran, text }: CallOutcome): Verdict {
  if (asked) return 'asks';
  return !ran && /denied|permission|No such tool/i.test(text) ? 'refused' : 'runs';
}

async function verdicts(agent: DrivenAgent, calls: Record<string, ToolCall>): Promise<Record<string, Verdict>> {
  const outcomes = await agent.calls(Object.values(calls));
  return Object.fromEntries(
    Object.keys(calls).map((name, index) => {
      const outcome = outcomes[index];
      if (outcome === undefined) throw new Error(`${name} has no outcome`);
      return [name, verdictOf(outcome)];
    }),
  );
}

const all = (verdict: Verdict, except: Record<string, Verdict> = {}): Record<string, Verdict> => ({
  ...Object.fromEntries(Object.keys(callsOf('', '')).map((name) => [name, verdict])),
  ...except,
});

const whatHappens: Record<PermissionPolicy, Record<AgentPermissionMode, Record<string, Verdict>>> = {
  always_allow: {
    default: all('runs'),
    acceptEdits: all('runs'),
    dontAsk: all('runs'),
    // Commands that are allowed run in this mode too.
    plan: all('runs', { write: 'asks', edit: 'asks' }),
  },
  always_ask: {
    default: all('asks'),
    acceptEdits: all('asks'),
    dontAsk: all('refused'),
    plan: all('asks'),
  },
  deny: {
    default: all('refused'),
    acceptEdits: all('refused'),
    dontAsk: all('refused'),
    plan: all('refused'),
  },
};

describe.each(['always_allow', 'always_ask', 'deny'] as const)('the policy %s', (policy) => {
  let agent: DrivenAgent;
  beforeAll(async () => {
    let decision: 'allow' | 'deny' = 'allow';
    const profile = { tools: agentTools, trust: 'files', permissions: { default: policy, rules: [] } } as const;
    agent = await lab.run(profile, { decide: () => decision });
    // The CLI edits no file that it has not read.
    await agent.calls([{ name: 'Read', input: { file_path: join(lab.work, 'note.txt') } }]);
    decision = 'deny';
  });

  it.each(['default', 'acceptEdits', 'dontAsk', 'plan'] as const)('in the mode %s', async (mode) => {
    const name = `${policy}-${mode}`;
    await agent.control({ subtype: 'set_permission_mode', mode });
    const expected = whatHappens[policy][mode];
    expect(await verdicts(agent, callsOf(lab.work, name))).toEqual(expected);
    expect(existsSync(join(lab.work, `bash-${name}`))).toBe(expected['bash that writes'] === 'runs');
    expect(existsSync(join(lab.work, `write-${name}`))).toBe(expected['write'] === 'runs');
    expect(readFileSync(join(lab.work, 'note.txt'), 'utf8').includes(name)).toBe(expected['edit'] === 'runs');
  });
});

describe('permissions of parts', () => {
  const bash = (command: string): ToolCall => ({ name: 'Bash', input: { command } });
  const write = (path: string): ToolCall => ({
    name: 'Write',
    input: { file_path: join(lab.work, path), content: 'x' },
  });
  const read = (path: string): ToolCall => ({ name: 'Read', input: { file_path: join(lab.work, path) } });

  async function verdictsOf(permissions: AgentPermissions, calls: ToolCall[]): Promise<Verdict[]> {
    const agent = await lab.run({ permissions });
    return (await agent.calls(calls)).map(verdictOf);
  }

  it('commands: some are allowed, some are denied, and the rest asks unless it only reads', async () => {
    const rules: PermissionRule[] = [
      { tool: 'bash', pattern: 'git *', policy: 'always_allow' },
      { tool: 'bash', pattern: 'rm *', policy: 'deny' },
    ];
    const calls = ['git init', 'rm note.txt', 'touch x', 'git status && touch x', "sh -c 'rm note.txt'", 'ls'].map(
      bash,
    );
    expect(await verdictsOf({ default: 'always_ask', rules }, calls)).toEqual([
      ...['runs', 'refused', 'asks', 'asks', 'asks'],
      'runs',
    ]);
    expect(existsSync(join(lab.work, 'note.txt'))).toBe(true);
  });

  it('commands: some ask where the rest is allowed', async () => {
    const rules: PermissionRule[] = [
      { tool: 'bash', policy: 'always_allow' },
      { tool: 'bash', pattern: 'rm *', policy: 'always_ask' },
    ];
    const calls = ['rm note.txt', 'touch y', 'touch z && rm note.txt'].map(bash);
    expect(await verdictsOf({ default: 'always_ask', rules }, calls)).toEqual(['asks', 'runs', 'asks']);
  });

  it('files: a pattern is below the first workspace, and holds for all that writes', async () => {
    const rules: PermissionRule[] = [{ tool: 'edit', pattern: 'notes/**', policy: 'always_allow' }];
    const calls = [write('notes/a.txt'), write('a.txt'), write('notes/../b.txt')];
    expect(await verdictsOf({ default: 'always_ask', rules }, calls)).toEqual(['runs', 'asks', 'asks']);
    const whole: PermissionRule[] = [...rules, { tool: 'write', policy: 'always_allow' }];
    expect(await verdictsOf({ default: 'always_ask', rules: whole }, [write('c.txt')])).toEqual(['asks']);
  });

  it('files: what is denied is denied to all that reads', async () => {
    lab.write(join(lab.work, 'private/a.txt'), 'PRIVATE');
    const rules: PermissionRule[] = [{ tool: 'read', pattern: 'private/**', policy: 'deny' }];
    const calls = [
      read('private/a.txt'),
      bash('cat private/a.txt'),
      { name: 'Grep', input: { pattern: 'P', path: join(lab.work, 'private') } },
      read('note.txt'),
    ];
    const verdicts = await verdictsOf({ default: 'always_allow', rules }, calls);
    expect(verdicts).toEqual(['refused', 'refused', 'refused', 'runs']);
  });

  it('writing and editing are told apart', async () => {
    const rules: PermissionRule[] = [
      { tool: 'write', policy: 'deny' },
      { tool: 'edit', policy: 'always_allow' },
      { tool: 'read', policy: 'always_allow' },
    ];
    const edit = { old_string: 'NOTE', new_string: 'NOTED' };
    const calls = [
      read('note.txt'),
      { name: 'Edit', input: { file_path: join(lab.work, 'note.txt'), ...edit } },
      write('d.txt'),
    ];
    expect(await verdictsOf({ default: 'always_ask', rules }, calls)).toEqual(['runs', 'runs', 'refused']);
  });
});

it('a tool that the profile does not list is neither offered nor run, in subagents too', async () => {
  const agent = await lab.run({ tools: ['read', 'task'] });
  const [outcome] = await agent.calls([{ name: 'Bash', input: { command: 'touch unlisted.txt' } }]);
  await agent.calls([{ name: 'Agent', input: { description: 'x', prompt: 'x', subagent_type: 'general-purpose' } }]);
  expect(outcome).toMatchObject({ asked: false, ran: false });
  const offered = lab.standIn.requests
    .slice(-4)
    .flatMap(({ body }) => (body as { tools?: { name: string }[] }).tools ?? []);
  expect(offered.map(({ name }) => name)).toContain('Read');
  expect(offered.map(({ name }) => name)).not.toEqual(expect.arrayContaining(['Bash']));
});
