import { expect, it } from 'vitest';
import { fromCliName, toCliNames } from '../../src/core/agent-tool-names.ts';
import { agentTools } from '../../src/core/agent.ts';

it.each(agentTools.map((tool) => [tool]))('%s has names that lead back to it', (tool) => {
  for (const name of toCliNames(tool)) expect(fromCliName(name)).toBe(tool);
});

it('the subagent’s tool has two names', () => {
  expect([fromCliName('Agent'), fromCliName('Task')]).toEqual(['task', 'task']);
});

it.each(['mcp__echo__echo', 'AskUserQuestion', 'bash', 'constructor'])('%s is none', (name) => {
  expect(fromCliName(name)).toBeUndefined();
});
