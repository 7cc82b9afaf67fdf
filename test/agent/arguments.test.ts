import { expect, it } from 'vitest';
import { agentArguments } from '../../src/agent/arguments.ts';
import { flagSettings } from '../../src/agent/flag-settings.ts';
import type { AgentProfile } from '../../src/core/agent.ts';
import { profileWith } from './profile.ts';

const transcript = '11111111-2222-4333-8444-555555555555';

function argumentsOf(changes: Partial<AgentProfile> = {}, more: object = {}): string[] {
  const profile = profileWith(changes);
  const settings = flagSettings(profile, { protectedPaths: [], env: {}, extra: {} });
  return agentArguments(profile, { transcript, resume: false, settings, ...more });
}

const valueAfter = (args: string[], flag: string) => args[args.indexOf(flag) + 1];

it('speaks stream-json, asks over it, and lists the tools by the CLI’s names', () => {
  const args = argumentsOf({ permissionMode: 'plan', maxTurns: 7, model: 'haiku', tools: ['bash', 'edit', 'task'] });
  const values = ['--input-format', '--output-format', '--permission-prompt-tool', '--tools'];
  expect(values.map((flag) => valueAfter(args, flag))).toEqual([
    ...['stream-json', 'stream-json', 'stdio', 'Bash,Edit,NotebookEdit,Agent,Task,AskUserQuestion,ExitPlanMode'],
  ]);
  expect(['--permission-mode', '--max-turns', '--model'].map((flag) => valueAfter(args, flag))).toEqual([
    ...['plan', '7', 'haiku'],
  ]);
});

it('lists the tools that ask a person where somebody is asked, whatever the profile lists', () => {
  expect(valueAfter(argumentsOf({ tools: [] }), '--tools')).toBe('AskUserQuestion');
  expect(valueAfter(argumentsOf({ tools: [], permissionMode: 'dontAsk' }), '--tools')).toBe('');
});

it('begins a transcript, or goes on from one', () => {
  expect(argumentsOf().slice(-2)).toEqual(['--session-id', transcript]);
  expect(argumentsOf({}, { resume: true }).slice(-2)).toEqual(['--resume', transcript]);
});

it('adds further workspaces one by one', () => {
  expect(argumentsOf().join(' ')).toContain(' --add-dir /srv/library --session-id ');
});

it('takes settings of the project with full trust alone, and never those of the user', () => {
  expect(valueAfter(argumentsOf({ trust: 'full' }), '--setting-sources')).toBe('project');
  expect(valueAfter(argumentsOf({ trust: 'files' }), '--setting-sources')).toBe('');
  expect(valueAfter(argumentsOf(), '--setting-sources')).toBe('');
});

it('starts no servers but those that are named', () => {
  expect(argumentsOf()).toContain('--strict-mcp-config');
  const args = argumentsOf({ trust: 'full' }, { mcpConfig: '/srv/documents/.mcp.json' });
  expect(args).toContain('--strict-mcp-config');
  expect(valueAfter(args, '--mcp-config')).toBe('/srv/documents/.mcp.json');
});

it('has commands only where something may define them', () => {
  expect(argumentsOf()).toContain('--disable-slash-commands');
  expect(argumentsOf({ trust: 'files' })).not.toContain('--disable-slash-commands');
  expect(argumentsOf({ tools: ['skill'] })).not.toContain('--disable-slash-commands');
});
