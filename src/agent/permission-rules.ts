import { posix } from 'node:path';
import {
  type AgentPermissions,
  type AgentProfile,
  type AgentTool,
  agentTools,
  type PermissionPolicy,
  type PermissionRule,
} from '../core/agent.ts';
import { containsPath, type ProtectedPath } from '../core/protected-paths.ts';
import { toCliNames } from '../core/agent-tool-names.ts';

/** In the CLI's own form. A rule to deny beats one to ask, and that one to allow, however narrow they are. */
export interface CliPermissions {
  allow: string[];
  ask: string[];
  deny: string[];
}

const lists = { always_allow: 'allow', always_ask: 'ask', deny: 'deny' } as const;

const readers: ReadonlySet<AgentTool> = new Set(['read', 'glob', 'grep']);
const writers: ReadonlySet<AgentTool> = new Set(['write', 'edit']);

/** Rules for the folders and tools of a profile whose workspaces have no links on the way. */
export function permissionRules(profile: AgentProfile, protectedPaths: readonly ProtectedPath[]): CliPermissions {
  const rules: CliPermissions = { allow: [], ask: [], deny: folderRules(profile, protectedPaths) };
  for (const tool of agentTools) {
    const policy = profile.tools.includes(tool) ? policyOf(profile.permissions, tool) : 'deny';
    if (policy === 'always_allow') rules.allow.push(...allowRules(profile, tool));
    else if (policy === 'deny' || !isAllowedInPart(profile.permissions, tool)) {
      rules[lists[policy]].push(...toCliNames(tool));
    }
  }
  for (const rule of profile.permissions.rules) {
    if (rule.pattern !== undefined) rules[lists[rule.policy]].push(callRule(profile, rule, rule.pattern));
  }
  return { allow: unique(rules.allow), ask: unique(rules.ask), deny: unique(rules.deny) };
}

/** What happens to calls that no pattern is about. */
function policyOf({ default: forOthers, rules }: AgentPermissions, tool: AgentTool): PermissionPolicy {
  return rules.findLast((rule) => rule.tool === tool && rule.pattern === undefined)?.policy ?? forOthers;
}

/** A rule to ask about the whole tool would beat those that allow parts of it; by itself the CLI asks about the rest. */
function isAllowedInPart({ rules }: AgentPermissions, tool: AgentTool): boolean {
  // What may be edited may be written, unless the profile says something about writing.
  const isOwn = tool !== 'write' || rules.some((rule) => rule.tool === 'write');
  const patternsOf = isOwn ? tool : 'edit';
  return rules.some((rule) => rule.tool === patternsOf && rule.pattern !== undefined && rule.policy === 'always_allow');
}

function allowRules({ workspaces, permissions }: AgentProfile, tool: AgentTool): readonly string[] {
  // A rule for `Read` covers all that reads, and without a path it would allow every file of the machine.
  if (readers.has(tool)) return workspaces.map(({ path }) => `Read(${inFolder(path)})`);
  // A rule for `Edit` covers all that writes; one for `Write` with a path has no effect (2.1.197 and 2.1.332).
  if (!writers.has(tool)) return toCliNames(tool);
  if (isAllowedInPart(permissions, 'edit') && policyOf(permissions, 'edit') !== 'always_allow') return [];
  return workspaces.filter(({ mode }) => mode === 'rw').map(({ path }) => `Edit(${inFolder(path)})`);
}

/**
 * What no policy changes: read-only folders stay so, and what the service and the CLI keep for themselves is out of
 * reach, even if somebody who is asked says yes. The CLI applies them to commands in its sandbox too.
 */
function folderRules({ workspaces }: AgentProfile, protectedPaths: readonly ProtectedPath[]): string[] {
  const readOnly = workspaces.filter(({ mode }) => mode === 'ro').map(({ path }) => `Edit(${inFolder(path)})`);
  // To deny a folder would deny the workspaces in it: what else is in that one is asked about.
  const apart = protectedPaths.filter(({ path }) => !workspaces.some((folder) => containsPath(path, folder.path)));
  return [...readOnly, ...apart.flatMap(({ path }) => [`Read(${literal(path)})`, `Edit(${literal(path)})`])];
}

/** Two slashes begin an absolute path. */
function inFolder(path: string): string {
  return `/${path}/**`;
}

/** A path in which nothing is a pattern: characters that could be stand for any. */
function literal(path: string): string {
  return `/${path.replace(/[*?[\]{}()!\\,#]/g, '?')}`;
}

function callRule({ workspaces }: AgentProfile, { tool }: PermissionRule, pattern: string): string {
  const [name] = toCliNames(tool);
  const isOfFiles = tool === 'read' || tool === 'edit';
  return `${name}(${isOfFiles ? `/${posix.resolve(workspaces[0].path, pattern)}` : pattern})`;
}

function unique(rules: readonly string[]): string[] {
  return [...new Set(rules)];
}
