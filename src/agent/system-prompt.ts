import type { AgentProfile } from '../core/agent.ts';
import { pluginName } from './workspace-plugin.ts';
import type { WorkspaceFiles } from './workspace-files.ts';

/** Fields of the `initialize` request. */
export interface SystemPrompt {
  /** In place of the CLI's own. */
  systemPrompt?: string[];
  /** Added to it. */
  appendSystemPrompt?: string;
}

export function systemPrompt(profile: AgentProfile, files: WorkspaceFiles | undefined): SystemPrompt {
  const { system } = profile;
  const parts = [
    system?.mode === 'append' ? system.text : undefined,
    profile.permissionMode === 'plan' ? planNote : undefined,
    ...(files === undefined ? [] : filesNotes(profile, files)),
  ];
  const appended = parts.filter((part) => part !== undefined).join('\n\n');
  return {
    ...(system?.mode === 'replace' && { systemPrompt: [system.text] }),
    ...(appended !== '' && { appendSystemPrompt: appended }),
  };
}

// The CLI says these things in attachments, which are off since a client's `@/path` would be one too.
const planNote =
  'Plan mode is on: look and think, change nothing, and present your plan with the tool ExitPlanMode when it is ready.';

function filesNotes({ trust, tools }: AgentProfile, { memory, skills }: WorkspaceFiles): string[] {
  // With full trust the CLI reads them itself, and names skills without a prefix.
  const prefix = trust === 'full' ? '' : `${pluginName}:`;
  const listed = skills.map(({ name, fields }) => `- ${prefix}${name}: ${fields['description'] ?? ''}`);
  return [
    ...(trust === 'full' ? [] : memory.map((text) => `Instructions of the workspace, from its CLAUDE.md:\n\n${text}`)),
    ...(listed.length === 0 || !tools.includes('skill')
      ? []
      : [`Skills of the workspace, for the tool Skill:\n\n${listed.join('\n')}`]),
  ];
}
