import { agentTools, type AgentTool } from './agent.ts';

/** The CLI's names for each tool; the first is what rules and calls say. */
const cliNames: Record<AgentTool, readonly [string, ...string[]]> = {
  bash: ['Bash'],
  read: ['Read'],
  write: ['Write'],
  edit: ['Edit', 'NotebookEdit'],
  glob: ['Glob'],
  grep: ['Grep'],
  web_fetch: ['WebFetch'],
  web_search: ['WebSearch'],
  // Listed as `Task` and called `Agent` (2.1.197 and 2.1.332); both name it.
  task: ['Agent', 'Task'],
  skill: ['Skill'],
};

const toolsByCliName = new Map(
  Object.entries(cliNames).flatMap(([tool, names]) => names.map((name) => [name, tool as AgentTool] as const)),
);

/** What the CLI calls a tool, where it has several names all of them. */
export function toCliNames(tool: AgentTool): readonly [string, ...string[]] {
  return cliNames[tool];
}

/** The tool that the CLI calls `name`; undefined for tools of MCP servers, and for those that no profile can list. */
export function fromCliName(name: string): AgentTool | undefined {
  return toolsByCliName.get(name);
}

/** What the CLI calls a built-in tool in a call: `bash` is `Bash`, and `ask_user_question`, which no profile lists, `AskUserQuestion`. */
export function toCliName(tool: string): string {
  const listed = agentTools.find((name) => name === tool);
  return listed === undefined
    ? tool.replace(/(?:^|_)([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase())
    : cliNames[listed][0];
}

/** What the CLI, and the SDK, call a tool of an MCP server. */
export function toMcpName(server: string, tool: string): string {
  return `mcp__${server}__${tool}`;
}
