/**
 * Agents: the CLI with its own tools, in folders that the configuration names. Names of tools and policies are those of
 * Anthropic's Managed Agents (`agent_toolset_20260401`), and the two that it has not: `task` and `skill`.
 */
export const agentTools = [
  'bash',
  'read',
  'write',
  'edit',
  'glob',
  'grep',
  'web_fetch',
  'web_search',
  'task',
  'skill',
] as const;

export type AgentTool = (typeof agentTools)[number];

/** What happens when an agent calls a tool: it runs, somebody is asked, or it is refused. */
export const permissionPolicies = ['always_allow', 'always_ask', 'deny'] as const;

export type PermissionPolicy = (typeof permissionPolicies)[number];

export interface PermissionRule {
  tool: AgentTool;
  /** Of what the tool is called with, such as `git *`; absent: any call. */
  pattern?: string;
  policy: PermissionPolicy;
}

export interface AgentPermissions {
  /** For tools that no rule is about. */
  default: PermissionPolicy;
  rules: readonly PermissionRule[];
}

export interface WorkspaceFolder {
  /** Absolute, without links on the way. */
  path: string;
  mode: 'ro' | 'rw';
  /** Of a folder that a client chose: the workspace in which it must lie, links followed, whenever a process starts. */
  within?: string;
}

/**
 * What of a workspace's own files takes part: nothing; its CLAUDE.md, commands, skills and subagents; or its hooks and
 * MCP servers too, which run programs.
 */
export type WorkspaceTrust = 'none' | 'files' | 'full';

export const agentPermissionModes = ['default', 'acceptEdits', 'plan', 'dontAsk'] as const;

export type AgentPermissionMode = (typeof agentPermissionModes)[number];

/** The modes that let an agent do no more than this one does. */
export const narrowerModes: Readonly<Record<AgentPermissionMode, readonly AgentPermissionMode[]>> = {
  acceptEdits: ['acceptEdits', 'default', 'plan', 'dontAsk'],
  default: ['default', 'plan', 'dontAsk'],
  // Its questions could be allowed by somebody, where the other one refuses them.
  plan: ['plan'],
  dontAsk: ['dontAsk'],
};

/** A server of tools that the CLI starts, or connects to. */
export type AgentMcpServer =
  | { type: 'stdio'; command: string; args: readonly string[]; env: Readonly<Record<string, string>> }
  | { type: 'http' | 'sse'; url: string; headers: Readonly<Record<string, string>> };

export interface AgentSandbox {
  /** `required`: nothing runs without it; `off`: commands may do whatever the service's user may. */
  use: 'required' | 'off';
  /** Hosts that commands may reach, such as `*.debian.org`; others ask. */
  allowedHosts: readonly string[];
  /** Paths that commands may not read, beside those that no agent's may: the home's, the login's, the harness's own. */
  denyRead: readonly string[];
}

/** What an agent is and may do, as the configuration says. */
export interface AgentProfile {
  /** Its id in every API; lower case, digits, `_` and `-`. */
  name: string;
  description?: string;
  model: string;
  system?: { text: string; mode: 'append' | 'replace' };
  /** Where it works; the first one is its working directory. */
  workspaces: readonly [WorkspaceFolder, ...WorkspaceFolder[]];
  tools: readonly AgentTool[];
  permissions: AgentPermissions;
  permissionMode: AgentPermissionMode;
  trust: WorkspaceTrust;
  sandbox: AgentSandbox;
  /** Requests to the model in one turn. */
  maxTurns: number;
  /** At list prices, over a session's life. */
  maxCostUsd?: number;
  /** How long one turn may take. */
  maxTurnMs?: number;
  mcpServers: Readonly<Record<string, AgentMcpServer>>;
  /** Whether commands and subagents may go on when a turn has ended. */
  backgroundTasks: boolean;
  /** Hashes of the tokens that may use it, as in `server.tokens`; empty where the service asks for none. */
  tokens: readonly string[];
}

/** A tool of a profile that something narrower has too; a policy counts where it is the stricter one. */
export interface KeptTool {
  tool: AgentTool;
  policy?: PermissionPolicy;
}

/** A tool that the client runs. */
export interface CustomTool {
  name: string;
  description: string;
  /** A JSON Schema of type object. */
  inputSchema: object;
}
