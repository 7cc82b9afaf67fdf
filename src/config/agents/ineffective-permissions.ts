import type { AgentPermissions, AgentTool, PermissionRule } from '../../core/agent.ts';
import { parsePermissions, type WrittenPermissions } from './permissions.ts';

interface Ineffective {
  /** As it is written. */
  key: string;
  message: string;
}

/** The tools of whose calls the CLI knows patterns; those of `read` also hold for `glob` and `grep`, of `edit` for `write`. */
const withPatterns: ReadonlySet<AgentTool> = new Set(['bash', 'read', 'edit', 'web_fetch', 'task', 'skill']);
/** The tools about whose calls the CLI asks by itself. */
const askedAbout: ReadonlySet<AgentTool> = new Set(['bash', 'edit', 'web_fetch']);

/** Permissions that the CLI would not follow. */
export function ineffectivePermissions(written: WrittenPermissions, tools: readonly AgentTool[]): Ineffective[] {
  const permissions = parsePermissions(written);
  return permissions.rules.flatMap((rule) => {
    const { tool, pattern } = rule;
    const message = tools.includes(tool)
      ? pattern === undefined
        ? undefined
        : problemOf(rule, permissions)
      : `expected a tool that tools lists; add ${tool} there, or remove this`;
    return message === undefined ? [] : [{ key: pattern === undefined ? tool : `${tool}(${pattern})`, message }];
  });
}

function problemOf(
  { tool, policy }: PermissionRule,
  { default: forOthers, rules }: AgentPermissions,
): string | undefined {
  if (!withPatterns.has(tool)) {
    return `expected ${tool} without a pattern; patterns of read hold for glob and grep too, and those of edit for write`;
  }
  const whole = rules.find((rule) => rule.tool === tool && rule.pattern === undefined)?.policy ?? forOthers;
  if (whole === 'deny' && policy !== 'deny') {
    return `expected deny, as for all other calls of ${tool}; to allow some alone, have the others ask, and set permission_mode to dontAsk`;
  }
  if (whole === 'always_ask' && policy === 'always_allow' && !askedAbout.has(tool)) {
    return `expected always_ask or deny, as for all other calls of ${tool}; only parts of bash, edit and web_fetch can be allowed alone`;
  }
  return undefined;
}
