import { z } from 'zod';
import { type AgentPermissions, type AgentTool, agentTools, permissionPolicies } from '../../core/agent.ts';
import { map } from '../key-types.ts';
import { nearestOf } from '../nearest-name.ts';

export const toolName = z.enum(agentTools, {
  error: ({ input }) =>
    `expected one of ${agentTools.join(', ')}; the nearest is ${nearestOf(String(input), agentTools)}`,
});

/** Parentheses would end the CLI's own form of the rule. */
const form = /^([a-z_]+)(?:\(([^()\p{Cc}]+)\))?$/u;

const permissionKey = z.string().superRefine((key, context) => {
  if (key === 'default') return;
  const [, tool = key] = form.exec(key) ?? [];
  if (tool === key && !form.test(key)) {
    context.addIssue(
      'expected default, a tool, or a tool and a pattern such as bash(git *), without further parentheses',
    );
  } else if (!(agentTools as readonly string[]).includes(tool)) {
    context.addIssue(`expected default or a tool; the nearest is ${nearestOf(tool, ['default', ...agentTools])}`);
  }
});

const policy = z.enum(permissionPolicies, { error: `expected one of ${permissionPolicies.join(', ')}` });

/** As people write it: `default`, tools, and calls of tools, to policies. */
export const permissions = map(permissionKey, policy, 'tools, such as bash or bash(git *), to policies');

export type WrittenPermissions = Readonly<z.output<typeof permissions>>;

export function parsePermissions(written: WrittenPermissions): AgentPermissions {
  const { default: forOthers, ...rest } = written as Record<string, AgentPermissions['default']>;
  const rules = Object.entries(rest).map(([key, policyOfKey]) => {
    const [, tool, pattern] = form.exec(key) ?? [];
    return { tool: tool as AgentTool, ...(pattern !== undefined && { pattern }), policy: policyOfKey };
  });
  return { default: forOthers ?? 'always_ask', rules };
}
