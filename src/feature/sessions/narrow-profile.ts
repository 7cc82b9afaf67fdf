import {
  narrowerModes,
  permissionPolicies,
  type AgentPermissionMode,
  type AgentProfile,
  type AgentTool,
  type PermissionPolicy,
  type PermissionRule,
} from '../../core/agent.ts';
import { HarnessError } from '../../core/errors.ts';
import { modelName, modelNameForm } from '../../core/model-name.ts';
import { without } from '../../core/without.ts';
import type { AgentOverrides } from '../../core/sessions.ts';

/** Throws `INVALID_REQUEST` where something asks for more than the profile allows; `at` begins the names of its fields. */
export function checkOverrides(
  profile: AgentProfile,
  { model, tools = [], customTools = [] }: AgentOverrides,
  at: 'agent.' | '',
): void {
  if (model !== undefined && !modelName.test(model)) throw invalid(`${at}model`, `Input should be ${modelNameForm}.`);
  const seen = new Set<string>();
  for (const [index, { tool, policy }] of tools.entries()) {
    const param = `${at}tools[${index}]`;
    if (!profile.tools.includes(tool)) throw invalid(`${param}.name`, noSuchTool(profile, tool));
    if (seen.has(tool)) throw invalid(`${param}.name`, `The tool "${tool}" is named twice.`);
    seen.add(tool);
    if (policy !== undefined) checkPolicy(profile, tool, policy, `${param}.policy`);
  }
  for (const [index, { name }] of customTools.entries()) {
    if (seen.has(name)) throw invalid(`${at}custom_tools[${index}].name`, `Two tools have the name "${name}".`);
    seen.add(name);
  }
}

/** The profile with what a session has narrowed in it. What the profile does not allow, or no longer, is not in it. */
export function narrowProfile(profile: AgentProfile, overrides: AgentOverrides): AgentProfile {
  const { model, system, tools, mcpServers, permissionMode, maxTurns, folder } = overrides;
  const narrowed: AgentProfile = {
    ...profile,
    ...(model !== undefined && { model }),
    ...(mcpServers !== undefined && { mcpServers: keepServers(profile.mcpServers, mcpServers) }),
    ...(permissionMode !== undefined && { permissionMode: narrowerMode(profile, permissionMode) }),
    ...(maxTurns !== undefined && { maxTurns: Math.min(maxTurns, profile.maxTurns) }),
    ...(folder !== undefined && narrowWorkspaces(profile, folder)),
  };
  const withSystem = system === undefined ? narrowed : replaceSystem(narrowed, system);
  return tools === undefined ? withSystem : narrowTools(withSystem, tools);
}

function keepServers(servers: AgentProfile['mcpServers'], kept: readonly string[]): AgentProfile['mcpServers'] {
  return Object.fromEntries(Object.entries(servers).filter(([name]) => kept.includes(name)));
}

function narrowerMode({ permissionMode }: AgentProfile, mode: AgentPermissionMode): AgentPermissionMode {
  return narrowerModes[permissionMode].includes(mode) ? mode : permissionMode;
}

/** What the owner trusts is what lies in the first workspace, not what a client finds elsewhere. */
function narrowWorkspaces(
  { workspaces, trust }: AgentProfile,
  { path, workspace }: NonNullable<AgentOverrides['folder']>,
): Partial<AgentProfile> {
  const around = workspaces.find((candidate) => candidate.path === workspace);
  if (around === undefined) return {};
  return {
    workspaces: [{ path, mode: around.mode, within: workspace }, ...workspaces.filter((other) => other !== around)],
    trust: path === workspaces[0].path ? trust : 'none',
  };
}

function replaceSystem(profile: AgentProfile, text: string | null): AgentProfile {
  if (text === null) return without(profile, 'system');
  return { ...profile, system: { text, mode: profile.system?.mode ?? 'append' } };
}

function narrowTools(profile: AgentProfile, tools: NonNullable<AgentOverrides['tools']>): AgentProfile {
  const kept = new Map(tools.map(({ tool, policy }) => [tool, policy]));
  const stricter = tools.flatMap(({ tool, policy }) => (policy === undefined ? [] : [{ tool, policy }]));
  return {
    ...profile,
    tools: profile.tools.filter((tool) => kept.has(tool)),
    permissions: {
      default: profile.permissions.default,
      rules: stricter.reduce(tighten, profile.permissions.rules).concat(
        // Whatever decides between rules: none about the tool is weaker than the session's policy.
        stricter.map(({ tool, policy }) => ({ tool, policy: strictest(policy, basePolicy(profile, tool)) })),
      ),
    },
  };
}

function tighten(
  rules: readonly PermissionRule[],
  { tool, policy }: { tool: AgentTool; policy: PermissionPolicy },
): readonly PermissionRule[] {
  return rules
    .filter((rule) => rule.tool !== tool || rule.pattern !== undefined)
    .map((rule) => (rule.tool === tool ? { ...rule, policy: strictest(rule.policy, policy) } : rule));
}

function checkPolicy(profile: AgentProfile, tool: AgentTool, policy: PermissionPolicy, param: string): void {
  const base = basePolicy(profile, tool);
  if (strictest(policy, base) === policy) return;
  throw invalid(param, `The agent "${profile.name}" has "${base}" for the tool "${tool}"; it may only be stricter.`);
}

/** What the profile says of calls that no rule with a pattern is about. */
function basePolicy({ permissions }: AgentProfile, tool: AgentTool): PermissionPolicy {
  const rules = permissions.rules.filter((rule) => rule.tool === tool && rule.pattern === undefined);
  return rules.length === 0 ? permissions.default : rules.map(({ policy }) => policy).reduce(strictest);
}

/** `permissionPolicies` are in the order of their strictness. */
function strictest(one: PermissionPolicy, other: PermissionPolicy): PermissionPolicy {
  return permissionPolicies.indexOf(one) > permissionPolicies.indexOf(other) ? one : other;
}

function noSuchTool({ name, tools }: AgentProfile, tool: AgentTool): string {
  const those = tools.length === 0 ? 'it has none' : `it has ${tools.join(', ')}`;
  return `The agent "${name}" has no tool "${tool}"; ${those}.`;
}

function invalid(param: string, message: string): HarnessError {
  return new HarnessError('INVALID_REQUEST', message, { param });
}
