import { normalize } from 'node:path';
import type { AgentProfile, WorkspaceFolder } from '../../core/agent.ts';
import type { WarmPolicy } from '../../core/warm-policy.ts';
import type { Config } from '../schema.ts';
import { parsePermissions } from './permissions.ts';
import { type LoadedProfile, writtenProfiles } from './written-profiles.ts';

/** The agents that are configured, in the file's order. Their folders may not exist. */
export function agentProfiles(config: Config): AgentProfile[] {
  return writtenProfiles(config.agents).map(([name, written]) => toProfile(name, written, config.models.default));
}

/** For which of them a process waits, by their names. It is no part of what they are: changing it makes no new version. */
export function warmPolicyOf(config: Config): Record<string, WarmPolicy> {
  return Object.fromEntries(writtenProfiles(config.agents).map(([name, { warm }]) => [name, warm]));
}

function toProfile(name: string, written: LoadedProfile, defaultModel: string): AgentProfile {
  const { description, system, sandbox, max_cost: maxCostUsd, max_minutes: minutes } = written;
  const [first, ...others] = written.workspaces;
  return {
    name,
    ...(description !== undefined && { description }),
    model: written.model ?? defaultModel,
    ...(system !== undefined && { system }),
    workspaces: [toFolder(first), ...others.map(toFolder)],
    tools: [...new Set(written.tools)],
    permissions: parsePermissions(written.permissions),
    permissionMode: written.permission_mode,
    trust: written.trust,
    sandbox: { use: sandbox.use, allowedHosts: sandbox.allowed_hosts, denyRead: sandbox.deny_read },
    maxTurns: written.max_turns,
    ...(maxCostUsd !== undefined && { maxCostUsd }),
    ...(minutes !== undefined && { maxTurnMs: minutes * 60_000 }),
    mcpServers: written.mcp_servers,
    backgroundTasks: written.background_tasks,
    tokens: written.tokens,
  };
}

/** Without a slash at the end, so that paths can be compared. */
function toFolder({ path, mode }: WorkspaceFolder): WorkspaceFolder {
  return { path: normalize(path).replace(/\/$/, ''), mode };
}
